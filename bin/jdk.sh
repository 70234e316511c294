# Sourced by the scripts at the root: finds a JDK 25 or later and exports JAVA_HOME.

# The feature release of a JDK, from its release file: no program is started, which is felt in every
# command.
jdk_release() {
  local line
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        line=${line#1.}
        printf '%s\n' "${line%%[!0-9]*}"
        return
        ;;
    esac
  done <"$1/release"
}

is_jdk_25() {
  local release
  release=$(jdk_release "$1") && [ -n "$release" ] && [ "$release" -ge 25 ]
}

find_jdk_25() {
  local candidate java seen=""
  if [ -n "${JAVA_HOME:-}" ] && is_jdk_25 "$JAVA_HOME"; then
    export JAVA_HOME
    return 0
  fi
  java=$(command -v java || true)
  if [ -n "$java" ]; then
    while [ -L "$java" ]; do
      candidate=$(readlink "$java")
      case $candidate in /*) java=$candidate ;; *) java=${java%/*}/$candidate ;; esac
    done
    java=${java%/*}
    java=${java%/*}
  fi
  for candidate in "${JAVA_HOME:-}" "$java" \
    "$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)" \
    /usr/lib/jvm/* /opt/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$candidate" ] && [ -d "$candidate" ] || continue
    if is_jdk_25 "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
    seen="$seen$(jdk_release "$candidate" 2>/dev/null | sed "s|\$| at $candidate|")"$'\n'
  done
  {
    echo "concertina needs a JDK 25 or later, and found none."
    if [ -n "$(printf %s "$seen" | tr -d '\n')" ]; then
      echo "Found:"
      printf '%s' "$seen" | sed '/^$/d; s/^/  Java /' | sort -u
    fi
    echo "Next: install one (https://adoptium.net), or set JAVA_HOME to its folder."
  } >&2
  return 1
}
