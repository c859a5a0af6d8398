#!/bin/sh
# Stands for a runtime that must be alone with its state, and proves by a lock of the kernel whether it is.
#   only-one.sh FOLDER SECONDS
# In FOLDER it keeps `starts` and `violations` (a pid a line) and `ready` (the pid of the one that serves, after SECONDS).
# A helper in its group holds the same lock, as a tool of an agent holds the state: TERM ends the main process alone.
# TERM drains for a moment, USR1 asks for a restart (exit 0), USR2 makes it deaf to TERM.
folder=$1
exec 9>"$folder/lock"
flock -n 9 || {
  echo "$$" >>"$folder/violations"
  exit 99
}
echo "$$" >>"$folder/starts"
trap 'sleep 0.02; exit 0' TERM
trap 'exit 0' USR1
trap 'trap "" TERM' USR2
sleep 1000 &
helper=$!
sleep "$2"
echo "$$" >"$folder/ready"
while kill -0 "$helper" 2>/dev/null; do wait "$helper"; done
