#!/bin/sh
# Image build step of the tool git, run by scripts/install-tools.sh as root with fresh package lists.
set -eu
apt-get -qq install -y --no-install-recommends git openssh-client >/dev/null
VERSION=$(git --version | cut -d' ' -f3)
echo "git: $VERSION, $(ssh -V 2>&1)"
printf '{"name":"git","version":"%s"}\n' "$VERSION" >"$DEST/manifest.json"
