#!/bin/sh
# Prints, as the only line on stdout, the image that Dockerfile's NODE_IMAGE should be; progress goes to stderr.
#   1. $NODE_IMAGE when it is set   2. the pinned official image when a registry answers
#   3. else the same thing made here: Debian 13 from a Debian mirror, Node from this checkout's node_modules
# Idempotent: the third way builds again only when this script, its Dockerfile or the Node version changed.
set -eu

OFFICIAL=node:24-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66
TAG=clawden-base:node24-trixie
NPM_VERSION=11.19.1
NPM_SHA512=cedb312b1b7f92421a02cfb68b4194e88f8346651dacd6acc5364a25ef5309d4a32b19616a1ff8aff865e7280c0fa5c0835a99f5cd93368991e2a80ec9da75d2
REGISTRY_WAIT=10 # seconds within which a registry must begin to answer
EPOCH=1762300800 # file times, so that two runs on one mirror give the same tree

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(dirname "$HERE")
APT="apt-get -qq -o Acquire::Check-Valid-Until=false -o DPkg::Lock::Timeout=300"

say() { echo "base: $*" >&2; }
fail() { echo "base: $*" >&2; exit 69; }
here() { docker image inspect "$1" >/dev/null 2>&1; }

if [ -n "${NODE_IMAGE:-}" ]; then echo "$NODE_IMAGE"; exit 0; fi

case "$(uname -m)" in
  x86_64) ARCH=x64 ;;
  aarch64 | arm64) ARCH=arm64 ;;
  *) fail "no Node build for $(uname -m); set NODE_IMAGE to an image with Node 24" ;;
esac
NODE_DIR=$ROOT/node_modules/node-linux-$ARCH
NODE_VERSION=$(sed -n 's/.*"node-linux-'$ARCH'": *"\([^"]*\)".*/\1/p' "$ROOT/package.json")
KEY=$( (cat "$HERE/base.sh" "$HERE/base.Dockerfile" && echo "$NODE_VERSION") | sha256sum | cut -c1-16)

if [ "$(docker image inspect -f '{{index .Config.Labels "io.clawden.base.key"}}' $TAG 2>/dev/null)" = "$KEY" ]; then
  say "$TAG is there"
  echo $TAG
  exit 0
fi
if here "$OFFICIAL"; then echo "$OFFICIAL"; exit 0; fi

T=$(mktemp -d)
PULL=
trap 'rm -rf "$T"; [ -z "$PULL" ] || kill "$PULL" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# "Pulling from" is printed once the manifest was found: from then on slow is fine, before that it is not.
say "asking the image registry for ${OFFICIAL%@*} (at most $REGISTRY_WAIT s)"
docker pull "$OFFICIAL" >"$T/pull" 2>&1 &
PULL=$!
ticks=0
while kill -0 "$PULL" 2>/dev/null; do
  if [ $ticks -ge $((REGISTRY_WAIT * 5)) ] && ! grep -q 'Pulling from' "$T/pull"; then break; fi
  ticks=$((ticks + 1))
  sleep 0.2
done
if ! kill -0 "$PULL" 2>/dev/null && wait "$PULL"; then
  PULL=
  say "pulled ${OFFICIAL%@*}"
  echo "$OFFICIAL"
  exit 0
fi
kill "$PULL" 2>/dev/null || true
PULL=
say "no image registry answers; making the same base from Debian packages (about a minute, once)"

[ -x "$NODE_DIR/bin/node" ] || fail "$NODE_DIR is missing; type: npm ci"
[ "$("$NODE_DIR/bin/node" --version)" = "v$NODE_VERSION" ] || fail "$NODE_DIR is not $NODE_VERSION; type: npm ci"
if ! command -v mmdebstrap >/dev/null 2>&1; then
  command -v apt-get >/dev/null 2>&1 || fail "mmdebstrap is needed here, or NODE_IMAGE=<an image with Node 24 and npm>"
  [ "$(id -u)" = 0 ] || fail "mmdebstrap is needed; type: sudo apt-get install mmdebstrap debian-archive-keyring"
  say "installing mmdebstrap"
  $APT update >&2
  DEBIAN_FRONTEND=noninteractive $APT install -y --no-install-recommends mmdebstrap debian-archive-keyring >/dev/null 2>"$T/log" ||
    { cat "$T/log" >&2; fail "apt-get could not install mmdebstrap"; }
fi

# The mirror that this Debian uses, with the suite exchanged; elsewhere mmdebstrap's own.
. /etc/os-release
if [ "${ID:-}" = debian ]; then
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sed -nE "s/ ${VERSION_CODENAME:-none}(-updates|-security)? main\$/ trixie\\1 main/p" | sort -u >"$T/sources.list"
fi
# Without a list mmdebstrap asks its own default mirror, with updates and security.
SOURCES=$T/sources.list
[ -s "$SOURCES" ] || SOURCES=

say "unpacking Debian 13"
MODE=auto
[ "$(id -u)" != 0 ] || MODE=root
SOURCE_DATE_EPOCH=$EPOCH mmdebstrap --quiet --mode=$MODE --variant=minbase --include=ca-certificates,libstdc++6 \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Install-Recommends "false"' \
  --aptopt='Dir::Cache::pkgcache ""' --aptopt='Dir::Cache::srcpkgcache ""' --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  --customize-hook='echo "DPkg::Post-Invoke { \"rm -f /var/cache/apt/archives/*.deb || true\"; };" >"$1/etc/apt/apt.conf.d/docker-clean"' \
  --customize-hook='rm -f "$1/etc/hostname" "$1/etc/resolv.conf"' \
  trixie "$T/rootfs.tar" ${SOURCES:+"$SOURCES"} >/dev/null 2>"$T/log" || { cat "$T/log" >&2; fail "mmdebstrap failed, see above"; }
DEBIAN=clawden-debian:trixie
docker import -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' -c 'CMD ["bash"]' \
  "$T/rootfs.tar" $DEBIAN >/dev/null

say "adding Node $NODE_VERSION and npm $NPM_VERSION"
mkdir "$T/in"
cp "$NODE_DIR/bin/node" "$T/in/node"
(cd "$T/in" && npm pack --silent "npm@$NPM_VERSION" >/dev/null && mv "npm-$NPM_VERSION.tgz" npm.tgz) ||
  fail "the npm registry does not answer; type: npm ping"
echo "$NPM_SHA512  $T/in/npm.tgz" | sha512sum --check --status || fail "npm-$NPM_VERSION.tgz is not the pinned file"
sh "$HERE/buildkit.sh" -q --build-arg DEBIAN_IMAGE=$DEBIAN --label "io.clawden.base.key=$KEY" \
  -f "$HERE/base.Dockerfile" -t $TAG "$T/in" >/dev/null
say "$TAG made"
echo $TAG
