# Sourced by 'concertina': AOT caches (JEP 514) of the command line and of the gateway, so that both
# start fast. They are made at first use in the background, and again after a build or with another
# JDK. Whatever goes wrong with them, everything works without.

# How the JVM of the command line runs: fast to start rather than fast for hours.
cli_jvm=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m
  -Djdk.console=java.base --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)

# The folder of the caches for this build and this JDK.
aot_folder() {
  local line jdk=""
  while IFS= read -r line; do
    case $line in JAVA_RUNTIME_VERSION=*) jdk=${line#*=} ;; esac
  done <"$JAVA_HOME/release"
  printf '%s/aot/%s' "$1" "${jdk//[^A-Za-z0-9.+_-]/}"
}

# Trains both: aot_train DIST FOLDER. Atomic: a cache is there whole or not at all.
aot_train() {
  local dist=$1 folder=$2 draft
  mkdir -p "$folder" && cd "$folder" || return
  if command -v flock >/dev/null 2>&1; then
    exec 8>"$folder/lock"
    flock -n 8 || return 0
  fi
  # One try for each build and JDK.
  [ ! -e "$folder/tried" ] || return 0
  : >"$folder/tried"
  # What somebody has his own JVMs do, an agent for one, would keep the cache from all others.
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
  draft=$(mktemp -d "${TMPDIR:-/tmp}/concertina-aot.XXXXXX") || return
  "$JAVA_HOME/bin/java" "${cli_jvm[@]}" -XX:AOTCacheOutput="$folder/cli.new" \
    -Dconcertina.gateway.train="$folder/gateway.new" \
    -cp "$(cat "$dist/classpath")" dev.concertina.cli.Rehearsal "$draft" >"$folder/log" 2>&1 8>&-
  rm -rf "$draft"
  [ ! -s "$folder/gateway.new" ] || mv "$folder/gateway.new" "$folder/gateway.aot"
  [ ! -s "$folder/cli.new" ] || mv "$folder/cli.new" "$folder/cli.aot"
  rm -f "$folder"/*.new*
}
