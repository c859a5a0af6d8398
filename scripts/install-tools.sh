#!/bin/sh
# Runs <folder>/<name>/install.sh of every tool in the folder $1, as root in Dockerfile's system stage. What each one
# brought is listed in /opt/clawden/tools/<name>/files.gz, so that the image can say how large it is.
set -eu

WORK=/tmp/install-tools
fail() { echo "tools: $*" >&2; exit 1; }
listing() {
  find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /mnt -o -path /run -o -path /var/lib/apt \
    -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log -o -path /opt/clawden \) -prune -o -type f -print |
    LC_ALL=C sort
}

NAMES=$(cd "$1" && for script in */install.sh; do [ ! -e "$script" ] || dirname "$script"; done)
[ -n "$NAMES" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o Acquire::Check-Valid-Until=false update
mkdir -p $WORK
listing >$WORK/before
for name in $NAMES; do
  dest=/opt/clawden/tools/$name
  mkdir -p "$dest"
  DEST=$dest sh "$1/$name/install.sh"
  [ -s "$dest/manifest.json" ] || fail "$name: install.sh wrote no manifest.json"
  listing >$WORK/after
  comm -13 $WORK/before $WORK/after | gzip -9n >"$dest/files.gz"
  mv $WORK/after $WORK/before
done
# ssh-agent is setgid and ssh-keysign setuid; nothing here needs either.
find / -xdev -type f -perm /6000 -exec chmod a-s {} +
chown -R 0:0 /opt/clawden/tools
chmod -R a+rX,go-w /opt/clawden/tools
rm -rf $WORK /var/lib/apt/lists/* /var/cache/* /var/log/* /run/*
mkdir -p /var/cache/apt/archives/partial
