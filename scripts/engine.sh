#!/bin/sh
# Makes a Docker engine answer. Idempotent; needs no systemd and no curl.
# An engine that answers already (any DOCKER_HOST) is used as it is. Else, as root on Debian or Ubuntu,
# docker.io is installed from the distribution and dockerd is started so that it outlives this shell.
set -eu

SOCK=/var/run/docker.sock PID=/var/run/docker.pid LOG=/var/log/dockerd.log
DATA=${DOCKER_DATA_ROOT:-/var/lib/docker}
# Snapshot mirrors carry Release files that have expired; apt refuses those unless told otherwise.
APT="apt-get -qq -o Acquire::Check-Valid-Until=false -o DPkg::Lock::Timeout=300"

say() { echo "engine: $*"; }
fail() { echo "engine: $*" >&2; exit 69; }
answers() { docker version --format '{{.Server.Version}}' 2>/dev/null | grep -q '^[0-9]'; }
candidate() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'; }

found() { say "$(docker version --format '{{.Server.Version}}' 2>/dev/null) answers"; exit 0; }

if answers; then found; fi

HINT='install Docker 20.10 or newer (https://docs.docker.com/engine/install/), start it and try again'
if [ -n "${DOCKER_HOST:-}" ]; then fail "nothing answers at DOCKER_HOST=$DOCKER_HOST; start that engine, or: unset DOCKER_HOST"; fi
if [ "$(uname -s)" != Linux ]; then fail "no engine answers; start Docker Desktop (or $HINT)"; fi
if [ "$(id -u)" != 0 ]; then
  if [ -S "$SOCK" ] && [ ! -w "$SOCK" ]; then
    fail "$SOCK belongs to another group; type: sudo usermod -aG docker $(id -un)   then log in again"
  fi
  fail "no engine answers and only root can start one; type: sudo sh scripts/engine.sh   (or $HINT)"
fi
if ! command -v apt-get >/dev/null 2>&1; then fail "no engine answers and this is neither Debian nor Ubuntu; $HINT"; fi

# Two at once: the second waits, then finds the engine up.
exec 9>/var/lock/clawden-engine.lock
flock 9
if answers; then found; fi

if ! command -v dockerd >/dev/null 2>&1 || ! command -v docker >/dev/null 2>&1 || ! command -v iptables >/dev/null 2>&1; then
  say "installing docker.io with apt (about 20 s)"
  # A start by the package's own script would fail without an init system; we start it below.
  POLICY=/usr/sbin/policy-rc.d
  if [ ! -e $POLICY ]; then
    trap 'rm -f $POLICY' EXIT
    printf '#!/bin/sh\nexit 101\n' >$POLICY
    chmod +x $POLICY
  fi
  $APT update || fail "apt-get update failed, see above"
  PACKAGES="docker.io iptables ca-certificates"
  # Debian 13 moved the client out of docker.io; buildx exists from Debian 13 and Ubuntu 22.04 on.
  for package in docker-cli docker-buildx; do
    if candidate $package; then PACKAGES="$PACKAGES $package"; fi
  done
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $APT install -y --no-install-recommends $PACKAGES >/dev/null ||
    fail "apt-get could not install $PACKAGES, see above"
fi

if [ -f "$PID" ] && ! kill -0 "$(cat "$PID")" 2>/dev/null; then rm -f "$PID" "$SOCK"; fi # left by a kill -9
say "starting dockerd, log in $LOG"
if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
  systemctl start docker
else
  # setsid: survives this shell; 9>&-: does not hold the lock.
  setsid nohup dockerd --data-root "$DATA" --pidfile "$PID" </dev/null >>"$LOG" 2>&1 9>&- &
fi

tries=0
until answers; do
  tries=$((tries + 1))
  if [ $tries -ge 300 ]; then
    tail -n 20 "$LOG" >&2 2>/dev/null || true
    fail "dockerd did not answer within 60 s; its last lines are above, all of them in $LOG"
  fi
  sleep 0.2
done
found
