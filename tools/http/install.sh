#!/bin/sh
# Image build step of the tool http, run by scripts/install-tools.sh as root with fresh package lists.
set -eu
apt-get -qq install -y --no-install-recommends curl wget >/dev/null
VERSION=$(curl --version | sed -n '1s/^curl \([^ ]*\).*/\1/p')
echo "http: curl $VERSION, $(wget --version | sed -n 1p)"
printf '{"name":"http","version":"%s"}\n' "$VERSION" >"$DEST/manifest.json"
