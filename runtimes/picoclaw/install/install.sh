#!/bin/sh
# Image build step of PicoClaw, run by Dockerfile as root in a stage with Node.
#   DEST            where it goes, root-owned; the final image has it at the same path
#   FETCH_RELEASE   the script that takes a file of a release by its SHA-256
#   BY_HAND         with `picoclaw` in it: the program comes from vendor/picoclaw, as it is
# To move to another version: VERSION and both sums below, from picoclaw_<version>_checksums.txt of the release.
set -eu

VERSION=0.3.1
# Where the sums were read, since the release could not be: the one for arm64 in two independent installers, the one for
# x86_64 in a single one of them, whose arm64 sum is the corroborated one. A wrong sum refuses the file, and lets no
# other in.
case $(uname -m) in
  x86_64)
    ASSET=picoclaw_Linux_x86_64.tar.gz
    SHA256=86f0fe84aa55279352edbe13adfca484a03bcf189e2030b25e34628089069c3f
    ;;
  aarch64)
    ASSET=picoclaw_Linux_arm64.tar.gz
    SHA256=e78ab0de05d000698ff8b32458e71cb3134e52e9eaf540e3323a72e9914de060
    ;;
  *) ASSET= ;;
esac

HERE=$(cd "$(dirname "$0")" && pwd)
RUNTIME_UID=10000

say() { echo "picoclaw: $*"; }
fail() { echo "picoclaw: $*" >&2; exit 1; }

mkdir -p "$DEST"
case ",${BY_HAND:-}," in
  *,picoclaw,*)
    say "program by hand: vendor/picoclaw"
    cp "$HERE/vendor/picoclaw" "$DEST/picoclaw"
    ;;
  *)
    [ -n "$ASSET" ] || fail "the release has no file for $(uname -m) that is known here"
    node "$FETCH_RELEASE" --runtime picoclaw --sha256 "$SHA256" --vendor "$HERE/vendor" --out /tmp/picoclaw.tar.gz \
      --url "https://github.com/sipeed/picoclaw/releases/download/v$VERSION/$ASSET"
    # The archive also holds a launcher with a web console, which nobody here needs.
    tar -xzf /tmp/picoclaw.tar.gz -C "$DEST" picoclaw
    rm /tmp/picoclaw.tar.gz
    ;;
esac
chown 0:0 "$DEST" "$DEST/picoclaw"
chmod 0755 "$DEST"
# Not readable: nobody of the same uid sees into its process then, its environment and its memory.
chmod 0711 "$DEST/picoclaw"

# As the user it will run as: what it says of itself goes into the manifest.
mkdir -p /tmp/picoclaw-home
chown $RUNTIME_UID:$RUNTIME_UID /tmp/picoclaw-home
SAID=$(HOME=/tmp/picoclaw-home NO_COLOR=1 setpriv --reuid $RUNTIME_UID --regid $RUNTIME_UID --clear-groups \
  "$DEST/picoclaw" version) || fail "the program does not run: $SAID"
rm -rf /tmp/picoclaw-home
FOUND=$(echo "$SAID" | grep -oE '(^|[^0-9.])v?[0-9]+\.[0-9]+\.[0-9]+' | head -n 1 | grep -oE '[0-9]+\.[0-9]+\.[0-9]+') \
  || fail "the program says no version: $SAID"
case ",${BY_HAND:-}," in
  *,picoclaw,*) ;;
  *) [ "$FOUND" = "$VERSION" ] || fail "the program says it is $FOUND, not $VERSION" ;;
esac

BYTES=$(find "$DEST" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }')
printf '{"name":"picoclaw","version":"%s","plugins":[],"bytes":%s}\n' "$FOUND" "$BYTES" >"$DEST/manifest.json"
say "$(cat "$DEST/manifest.json")"
