#!/bin/sh
# Image build step of OpenClaw, run by Dockerfile as root in a stage with npm.
#   DEST              where it goes, root-owned; the final image has it at the same path
#   OPENCLAW_PLUGINS  channel plugins to bake, comma-separated: discord, slack, or all (default: none)
# To move to another version: edit package.json, then in this folder
#   npm install --package-lock-only --omit-lockfile-registry-resolved
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
RUNTIME_UID=10000
PKG=$DEST/node_modules/openclaw
SEED=$DEST/seed

say() { echo "openclaw: $*"; }
fail() { echo "openclaw: $*" >&2; exit 1; }
as_runtime() { setpriv --reuid $RUNTIME_UID --regid $RUNTIME_UID --clear-groups "$@"; }

case ",${BY_HAND:-}," in
  *,openclaw,*) fail "it is a tree of packages, not one program: it cannot be given by --binary" ;;
esac
[ "${OPENCLAW_PLUGINS:-}" != all ] || OPENCLAW_PLUGINS=discord,slack
PLUGINS=$(echo "${OPENCLAW_PLUGINS:-}" | tr ',' ' ')
for plugin in $PLUGINS; do
  case $plugin in
    discord | slack) ;;
    *) fail "unknown plugin \"$plugin\" in OPENCLAW_PLUGINS; known: discord, slack, all" ;;
  esac
done

mkdir -p "$DEST"
cp "$HERE/package.json" "$HERE/package-lock.json" "$DEST/"
cd "$DEST"
say "npm ci"
npm ci --omit=dev --no-audit --no-fund
rm package.json package-lock.json
# While this marker exists every start tries to finish the installation inside the (read-only) package and fails.
[ ! -e "$PKG/.openclaw-lifecycle-pending" ] || fail "its install script did not run; see allowScripts in package.json"
VERSION=$(node -p "require('$PKG/package.json').version")

prune() { # $1: a node_modules folder. Measured harmless; *.md must stay, skills and docs are read by the agent
  find "$1" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
  find "$1" -type d \( -path '*/@koromix/koffi-linux-*/musl_*' -o -path '*/pi-tui/native/darwin' \
    -o -path '*/pi-tui/native/win32' \) -prune -exec rm -rf {} +
}

for plugin in $PLUGINS; do
  # Installed by OpenClaw itself, since it loads only plugins whose install record it wrote (PluginTrustRefusalError).
  # The record holds the absolute path: $SEED must never move. At run time the record is copied into the state volume.
  say "plugin $plugin"
  mkdir -p "$SEED/state"
  [ -e "$SEED/openclaw.json" ] || echo '{ "gateway": { "mode": "local" } }' >"$SEED/openclaw.json"
  HOME=/tmp/openclaw-home OPENCLAW_STATE_DIR=$SEED/state OPENCLAW_CONFIG_PATH=$SEED/openclaw.json \
    OPENCLAW_NO_AUTO_UPDATE=1 DO_NOT_TRACK=1 CI=1 \
    node "$PKG/openclaw.mjs" plugins install "npm:@openclaw/$plugin@$VERSION" --pin
done
if [ -n "$PLUGINS" ]; then
  [ -s "$SEED/state/state/openclaw.sqlite" ] || fail "no install record was written to $SEED/state/state/openclaw.sqlite"
  # Kept: the record and the plugins. A key of this build belongs in no image.
  find "$SEED" -mindepth 1 -maxdepth 1 ! -name state -exec rm -rf {} +
  find "$SEED/state" -mindepth 1 -maxdepth 1 ! -name state ! -name npm -exec rm -rf {} +
  prune "$SEED"
fi

prune "$DEST/node_modules"
chown -R 0:0 "$DEST"
chmod -R a+rX,go-w "$DEST"

say "first run as uid $RUNTIME_UID"
mkdir -p /tmp/openclaw-warm "$DEST/compile-cache"
chown $RUNTIME_UID:$RUNTIME_UID /tmp/openclaw-warm "$DEST/compile-cache"
HOME=/tmp/openclaw-warm as_runtime node "$PKG/openclaw.mjs" --version
# The uid is part of the cache's name, so it serves uid 10000; another uid starts a second slower.
cd /tmp/openclaw-warm
HOME=/tmp/openclaw-warm as_runtime node "$HERE/warm.mjs" "$PKG/openclaw.mjs" "$DEST/compile-cache"
chown -R 0:0 "$DEST/compile-cache"
chmod -R a+rX,go-w "$DEST/compile-cache"
rm -rf /tmp/openclaw-* /tmp/node-compile-cache /tmp/jiti

cd "$DEST"
BYTES=$(find . -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }')
node -e '
  const [version, plugins, bytes] = process.argv.slice(1);
  const manifest = { name: "openclaw", version, plugins: plugins.split(" ").filter(Boolean), bytes: Number(bytes) };
  require("node:fs").writeFileSync("manifest.json", `${JSON.stringify(manifest)}\n`);
' "$VERSION" "$PLUGINS" "$BYTES"
say "$(cat manifest.json)"
