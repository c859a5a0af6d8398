# Container start of the tool git. The contract is in docs/tools.md.
set -euo pipefail

run=$CLAWDEN_TOOL_RUN
config=$run/gitconfig
system_ca=/etc/ssl/certs/ca-certificates.crt
mounted_ca=/etc/clawden/ca.pem

fail() { echo "$*" >&2; exit 1; }
set_config() { git config --file "$config" --add "$1" "$2"; }

# Config, not GIT_AUTHOR_* in the environment, which no repository could set otherwise for itself.
set_config user.name "${GIT_AUTHOR_NAME:-ClawDen agent}"
set_config user.email "${GIT_AUTHOR_EMAIL:-agent@clawden.invalid}"
[ -z "${GIT_COMMITTER_NAME:-}" ] || set_config committer.name "$GIT_COMMITTER_NAME"
[ -z "${GIT_COMMITTER_EMAIL:-}" ] || set_config committer.email "$GIT_COMMITTER_EMAIL"
# A folder of the host keeps its owner's uid, and git trusts no repository of another user (CVE-2022-24765).
set_config safe.directory "$CLAWDEN_WORKSPACE"
set_config safe.directory "$CLAWDEN_WORKSPACE/*"

# A secret that came as a file stays where it is; one that came as a variable gets a file that only we can read.
secret_file() { # NAME: prints a path, or nothing
  local pointer=${1}_FILE
  if [ -n "${!1:-}" ]; then
    printf '%s\n' "${!1}" >"$run/$1"
    echo "$run/$1"
  elif [ -n "${!pointer:-}" ]; then
    echo "${!pointer}"
  fi
}

# Helpers that only answer: git's own `store` would write what it learns into the file.
token_for() { # URL USER FILE
  [ -n "$3" ] || return 0
  set_config "credential.$1.username" "$2"
  set_config "credential.$1.helper" "!f() { test \"\$1\" = get && printf 'password=%s\\n' \"\$(cat '$3')\"; }; f"
}
token_for https://github.com x-access-token "$(secret_file GITHUB_TOKEN)"
token_for https://gitlab.com oauth2 "$(secret_file GITLAB_TOKEN)"
credentials=$(secret_file GIT_CREDENTIALS)
if [ -n "$credentials" ]; then
  grep -qE '^https?://[^:@/ ]+:[^@/ ]+@[^@/ ]+' "$credentials" ||
    fail 'GIT_CREDENTIALS has no line https://USER:TOKEN@HOST'
  set_config credential.helper "!f() { test \"\$1\" = get && git credential-store --file '$credentials' get; }; f"
fi

key=$(secret_file GIT_SSH_KEY)
if [ -n "$key" ]; then
  # ssh refuses a key that is ours and readable for others, which a mounted file may well be.
  if [ "$key" != "$run/GIT_SSH_KEY" ] && [ -O "$key" ] && [ "$(stat -L -c %a "$key")" != 600 ] &&
    [ "$(stat -L -c %a "$key")" != 400 ]; then
    cat "$key" >"$run/GIT_SSH_KEY"
    key=$run/GIT_SSH_KEY
  fi
  ssh-keygen -y -P '' -f "$key" >/dev/null 2>"$run/error" ||
    fail "GIT_SSH_KEY is no private key, or it has a passphrase: $(tail -n 1 "$run/error")"
  rm -f "$run/error"
fi

known=$run/known_hosts
printf '%s\n' "${GIT_SSH_KNOWN_HOSTS:-}" >"$known"
if [ -n "${GIT_SSH_KNOWN_HOSTS:-}" ]; then
  ssh-keygen -l -f "$known" >/dev/null 2>&1 || fail 'GIT_SSH_KNOWN_HOSTS holds no host key; see: ssh-keyscan HOST'
fi
{
  # The first value of an option wins: what a file in the home says cannot take these back.
  echo 'Host *'
  echo '  StrictHostKeyChecking yes'
  echo '  BatchMode yes'
  echo "  UserKnownHostsFile $known ~/.ssh/known_hosts"
  [ -z "$key" ] || printf '  IdentityFile "%s"\n  IdentitiesOnly yes\n' "$key"
  echo 'Include ~/.ssh/config'
} >"$run/ssh_config"

if [ -e "$mounted_ca" ]; then
  grep -qs -e '-----BEGIN CERTIFICATE-----' "$mounted_ca" || fail "$mounted_ca is no certificate in PEM form, or unreadable"
  { cat "${SSL_CERT_FILE:-$system_ca}"; echo; cat "$mounted_ca"; } >"$run/ca-bundle.pem"
  set_config http.sslCAInfo "$run/ca-bundle.pem"
elif [ -n "${SSL_CERT_FILE:-}" ]; then
  [ -r "$SSL_CERT_FILE" ] || fail "SSL_CERT_FILE=$SSL_CERT_FILE cannot be read"
  set_config http.sslCAInfo "$SSL_CERT_FILE"
fi

# Last, so that a file in the home can say more; GIT_CONFIG_GLOBAL stands in for it otherwise.
set_config include.path '~/.gitconfig'

# libcurl reads HTTP_PROXY in small letters only.
[ -z "${HTTP_PROXY:-}" ] || [ -n "${http_proxy:-}" ] || export http_proxy=$HTTP_PROXY
export GIT_CONFIG_GLOBAL=$config
export GIT_SSH_COMMAND="ssh -F $run/ssh_config"
# Nobody sits at the agent's terminal to answer.
export GIT_TERMINAL_PROMPT=0
