#!/bin/sh
# `docker build` with BuildKit, whichever client has it: buildx, or a client of 18 to 22, which has it inside.
# (A newer client without the buildx plugin has neither, and falls back to the legacy builder without a word.)
set -eu
if docker buildx version >/dev/null 2>&1; then exec docker buildx build --load "$@"; fi
for client in docker /usr/bin/docker; do
  case "$($client version --format '{{.Client.Version}}' 2>/dev/null)" in
    1[89].* | 2[012].*) DOCKER_BUILDKIT=1 exec $client build "$@" ;;
  esac
done
echo 'build: this docker has no BuildKit; type: apt-get install docker-buildx   (or install Docker Desktop)' >&2
exit 69
