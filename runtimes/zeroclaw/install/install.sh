#!/bin/sh
# Image build step of ZeroClaw, run by Dockerfile as root in a stage with Node.
#   DEST            where it goes, root-owned; the final image has it at the same path
#   BY_HAND         comma-separated; with "zeroclaw" in it ./vendor/zeroclaw is taken as the program, whatever its version
#   ALLOW_UNPINNED  see scripts/fetch-release.mjs, which looks into ./vendor before it asks the network
# To move to another version: change the next three values.
set -eu

VERSION=0.8.4
SHA256_amd64=4a63c72dd4bf64d4d669778040e1578886a731fc527ef1a5b0aef1d18f6b29d9
SHA256_arm64=aa2cc3c947c7368059fcaf0b9bf636c4ab657abd6aaf63b2406ea0c7e404f5b3

HERE=$(cd "$(dirname "$0")" && pwd)
RUNTIME_UID=10000
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

say() { echo "zeroclaw: $*"; }
fail() { echo "zeroclaw: $*" >&2; exit 1; }
as_runtime() { setpriv --reuid $RUNTIME_UID --regid $RUNTIME_UID --clear-groups env -i PATH="$PATH" HOME="$TMP/home" NO_COLOR=1 "$@"; }

mkdir -p "$DEST"
case ",${BY_HAND:-}," in
  *,zeroclaw,*)
    say "the program given by hand"
    cp "$HERE/vendor/zeroclaw" "$TMP/zeroclaw"
    ;;
  *)
    case $(uname -m) in
      x86_64) ASSET=zeroclaw-x86_64-unknown-linux-gnu.tar.gz SHA256=$SHA256_amd64 ;;
      aarch64) ASSET=zeroclaw-aarch64-unknown-linux-gnu.tar.gz SHA256=$SHA256_arm64 ;;
      *) fail "there is no release for $(uname -m)" ;;
    esac
    node "$FETCH_RELEASE" --runtime zeroclaw --sha256 "$SHA256" --vendor "$HERE/vendor" --out "$TMP/asset" \
      --url "https://github.com/zeroclaw-labs/zeroclaw/releases/download/v$VERSION/$ASSET"
    # The terminal program and the dashboard in it are not needed.
    tar -xzf "$TMP/asset" -C "$TMP" --no-same-owner zeroclaw
    ;;
esac

# 0711: unreadable, so that the kernel keeps the environment of its process from all other processes of its user.
install -o 0 -g 0 -m 0711 "$TMP/zeroclaw" "$DEST/zeroclaw"

install -d -m 0755 "$TMP"
install -d -o $RUNTIME_UID -g $RUNTIME_UID "$TMP/home" "$TMP/config"
SAID=$(as_runtime "$DEST/zeroclaw" --version) || fail "the program does not run as uid $RUNTIME_UID"
FOUND=${SAID##* }
case $SAID in "zeroclaw "[0-9]*) ;; *) fail "it says \"$SAID\", not its version" ;; esac
case ",${BY_HAND:-}," in *,zeroclaw,*) ;; *) [ "$FOUND" = "$VERSION" ] || fail "it is $FOUND, not $VERSION" ;; esac

say "its configuration schema"
as_runtime "$DEST/zeroclaw" --config-dir "$TMP/config" config schema >"$TMP/schema.json"
# PID 1 reads it when a user writes native keys: the shape without a word of prose, a quarter of the size.
node -e '
  const fs = require("node:fs");
  const keep = new Set(["$ref", "$defs", "properties", "additionalProperties", "items", "anyOf", "oneOf", "allOf"]);
  const shape = (schema) =>
    typeof schema !== "object" || schema === null ? schema
    : Object.fromEntries(Object.entries(schema).filter(([key]) => keep.has(key)).map(([key, value]) => [key, inner(key, value)]));
  const inner = (key, value) =>
    Array.isArray(value) ? value.map(shape)
    : key === "properties" || key === "$defs" ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one)]))
    : shape(value);
  const schema = shape(JSON.parse(fs.readFileSync(process.argv[1], "utf8")));
  if (!schema.properties?.gateway || !schema.$defs?.GatewayConfig?.properties?.port) throw new Error("this is no schema of its configuration");
  fs.writeFileSync(process.argv[2], JSON.stringify(schema));
' "$TMP/schema.json" "$DEST/schema.json"
chmod 0444 "$DEST/schema.json"

BYTES=$(find "$DEST" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }')
node -e '
  const [version, bytes, out] = process.argv.slice(1);
  const manifest = { name: "zeroclaw", version, plugins: [], bytes: Number(bytes) };
  require("node:fs").writeFileSync(out, `${JSON.stringify(manifest)}\n`);
' "$FOUND" "$BYTES" "$DEST/manifest.json"
chmod 0444 "$DEST/manifest.json"
say "$(cat "$DEST/manifest.json")"
