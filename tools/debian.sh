#!/usr/bin/env bash
# Installs what is missing from Debian: tools/debian.sh "why it is wanted" package...
# Ends with 0 when all is there or when it may not install (said in one line), with 1 when installing failed.
set -uo pipefail
why=$1
shift

missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

say() { echo "Not installed: ${missing[*]} ($why). $1" >&2; }
if ! command -v apt-get >/dev/null; then
  say "This system has no apt-get; install the like of it, then see 'photoplay doctor'."
  exit 0
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    say "To have it: sudo apt-get install ${missing[*]}"
    exit 0
  fi
  root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
fi

echo "Fetching from Debian: ${missing[*]} ..."
export DEBIAN_FRONTEND=noninteractive
install() { "${root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null; }
install 2>/dev/null || { "${root[@]}" apt-get update -qq && install; } && exit 0
say "apt-get could not install it just now; going on without."
exit 1
