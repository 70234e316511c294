#!/usr/bin/env bash
# Builds what the command line needs, if its sources are newer: bin/build.sh [ARGUMENT...]
# For 'demo', or when an argument names a manifest of a sample, that sample too.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$home/bin/jdk.sh"
find_jdk_25 || exit 2

dist=$home/cli/target/concertina

# True if the file is missing or a source of the modules is newer. A reproducible jar's own time
# says nothing, so its inode's change counts.
is_stale() {
  local file=$1
  shift
  [ -f "$file" ] || return 0
  local sources=("$home/pom.xml") module
  for module in "$@"; do
    sources+=("$home/$module/pom.xml")
    [ -d "$home/$module/src/main" ] && sources+=("$home/$module/src/main")
  done
  [ -n "$(find "${sources[@]}" -type f -newermc "$file" -print 2>/dev/null | head -n 1)" ]
}

modules=()
if is_stale "$dist/classpath" contract gateway fleet verifier cli ||
  ! grep -qF "$dist/lib/" "$dist/classpath"; then # the clone was moved
  modules+=(cli)
fi
samples=()
for argument in "$@"; do
  case $argument in
    demo) samples+=(registry) ;;
    *samples/registry/*) samples+=(registry) ;;
    *samples/plain/*) samples+=(plain) ;;
  esac
done
for sample in "${samples[@]+"${samples[@]}"}"; do
  if is_stale "$home/samples/$sample/target/$sample.jar" contract starter "samples/$sample"; then
    modules+=("samples/$sample")
  fi
done
[ ${#modules[@]} -gt 0 ] || exit 0

if ! command -v mvn >/dev/null 2>&1; then
  echo "concertina has to be built, and needs Maven 3.8 or later for that: there is no 'mvn' on the PATH." >&2
  echo "Next: install it (Debian: apt-get install maven)." >&2
  exit 2
fi

# One build at a time: two commands at once must not write the same files.
mkdir -p "$home/cli/target"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$home/cli/target/build.lock"
  flock 9
fi

log=$home/cli/target/build.log
list=$(IFS=,; echo "${modules[*]}")
# A build of a sample alone leaves the command line's own libraries where they are.
case ",$list," in *,cli,*) rm -rf "$dist/lib" "$dist/aot" ;; esac
first=""
[ -d "$dist" ] || first=" The first build downloads what it depends on; this takes a few minutes."
echo "Building Concertina ($list).$first" >&2
started=$SECONDS
if ! (cd "$home" && mvn -B -ntp -pl "$list" -am -DskipTests -Dmaven.test.skip=true \
  -Dmdep.analyze.skip=true -Dspotless.check.skip=true package) >"$log" 2>&1; then
  # The compiler's own lines first: a warning fails the build, and Maven calls it only that.
  grep -E '^\[(ERROR|WARNING)\] .*\.java:\[' "$log" | sort -u | head -n 20 >&2 ||
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 30 "$log" >&2
  echo "The build failed. The whole log: $log" >&2
  exit 1
fi

# Our own jar first, the rest by name: the same order at every build.
case ",$list," in
  *,cli,*)
    {
      ls "$home"/cli/target/concertina-cli-*.jar
      ls "$dist"/lib/*.jar
    } | tr '\n' ':' | sed 's/:$//' >"$dist/classpath"
    ;;
esac
# Maven leaves a jar alone whose content is the same; it is up to date all the same.
for sample in "${samples[@]+"${samples[@]}"}"; do
  touch "$home/samples/$sample/target/$sample.jar"
done
echo "Built in $((SECONDS - started)) s." >&2
