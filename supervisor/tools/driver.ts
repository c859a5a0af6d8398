/**
 * What bash is given by -c: reads the tool's variables from descriptor 3, sources the setup and tells the exported
 * environment on descriptor 4. Builtins only, so neither PATH nor a huge environment (E2BIG) gets in the way. The variables
 * come as shell variables that are not exported: programs which the setup starts do not inherit its secrets. A child of
 * bash that is signalled right after the fork still runs its parent's EXIT trap, hence the look at BASHPID.
 */
export const driver = `
umask 077
ulimit -c 0
while IFS= read -r -d '' __clawden_name <&3 && IFS= read -r -d '' __clawden_value <&3; do
  printf -v "$__clawden_name" '%s' "$__clawden_value"
done
exec 3<&-
__clawden_tell() {
  { set +x; } 2>/dev/null
  [ "$BASHPID" = "$$" ] || return 0
  [ "$1" = 0 ] && [ -z "$__clawden_told" ] || return 0
  __clawden_told=1
  set +eu
  local IFS=$'\\n' name
  for name in $(compgen -e); do
    [ -z "\${!name+x}" ] || printf '%s=%s\\0' "$name" "\${!name}"
  done >&4
  printf '\\0' >&4
}
__clawden_setup=$1
__clawden_told=
unset __clawden_name __clawden_value
shift
trap '__clawden_tell $?' EXIT
. "$__clawden_setup"
{ __clawden_status=$?; set +x; } 2>/dev/null
__clawden_tell $__clawden_status
exit $__clawden_status
`;
