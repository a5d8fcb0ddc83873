# Finds a Java of at least version 25. Read by ./pullcord; a copy is in every launcher that
# `./pullcord build` writes. Starts no process unless a JDK lacks its `release` file.

# The major version of the Java in directory $1, in $java_major; nothing when there is none.
java_major_of() {
  java_major=
  [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in JAVA_VERSION=*) java_major=${line#JAVA_VERSION=} ;; esac
    done <"$1/release"
  else
    java_major=$("$1/bin/java" -version 2>&1 | sed -n 's/^[^"]*version "\([^"]*\)".*/\1/p')
  fi
  java_major=${java_major#\"}
  java_major=${java_major#1.}
  java_major=${java_major%%[!0-9]*}
}

# Takes $1 as $java_home when it is new enough and, where $need_javac is set, can compile.
# Version 25 itself wins over newer ones, which are kept in $newer_home.
consider_java() {
  [ -n "$1" ] || return 1
  java_major_of "$1"
  [ -n "$java_major" ] || return 1
  [ -z "$need_javac" ] || [ -x "$1/bin/javac" ] || return 1
  case " $java_seen " in *" $java_major "*) ;; *) java_seen="$java_seen $java_major" ;; esac
  if [ "$java_major" -eq 25 ]; then
    java_home=$1
    return 0
  fi
  if [ "$java_major" -gt 25 ] && [ -z "$newer_home" ]; then newer_home=$1; fi
  return 1
}

# Where the `java` on PATH lives, in $java_home_on_path.
java_on_path() {
  java_home_on_path=
  found=$(command -v java 2>/dev/null) || return 0
  found=$(readlink -f "$found" 2>/dev/null) || return 0
  java_home_on_path=${found%/bin/java}
}

# Sets $java_home, or says in one line what was found, what is needed, how to point to it.
find_java() {
  java_home='' newer_home='' java_seen=''
  if [ -n "${PULLCORD_JAVA_HOME:-}" ]; then
    consider_java "$PULLCORD_JAVA_HOME" || java_home=$newer_home
    [ -n "$java_home" ] && return 0
    echo "pullcord: PULLCORD_JAVA_HOME=$PULLCORD_JAVA_HOME holds no JDK 25" \
      "(found: Java${java_seen:- none}); let it name the directory of a JDK 25" >&2
    return 1
  fi
  # What a launcher was built with: its start-up cache fits no other.
  [ -n "${built_with:-}" ] && consider_java "$built_with" && return 0
  consider_java "${JAVA_HOME:-}" && return 0
  java_on_path
  consider_java "$java_home_on_path" && return 0
  for candidate in /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/}"/.sdkman/candidates/java/* \
    "${HOME:-/}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    consider_java "$candidate" && return 0
  done
  if [ -x /usr/libexec/java_home ]; then
    consider_java "$(/usr/libexec/java_home -v 25 2>/dev/null)" && return 0
  fi
  java_home=$newer_home
  [ -n "$java_home" ] && return 0
  echo "pullcord: needs a JDK 25; found: Java${java_seen:- none}. Install one" \
    "(https://adoptium.net) or point to it: export PULLCORD_JAVA_HOME=/path/to/jdk-25" >&2
  return 1
}
