#!/bin/sh
# A validator that misbehaves. The pid of each process it starts is a line in FILE.
#   validator.sh hang FILE    deaf to TERM, with a deaf child, for ever
#   validator.sh flood FILE   300 MB without a line end, then 300,000 lines, then for ever
#   validator.sh fork FILE    leaves a deaf child with the output open, and ends well
echo "$$" >>"$2"
child() {
  (trap '' TERM && exec sleep 1000) &
  echo "$!" >>"$2"
}
case $1 in
hang)
  trap '' TERM
  child "$@"
  echo 'looking at your file'
  while :; do sleep 1000; done
  ;;
flood)
  head -c 300000000 /dev/zero
  yes 'and so on' | head -n 300000
  exec sleep 1000
  ;;
fork)
  child "$@"
  echo '{"valid":true}'
  ;;
esac
