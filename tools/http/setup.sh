# Container start of the tool http. The contract is in docs/tools.md.
set -euo pipefail

run=$CLAWDEN_TOOL_RUN
system_ca=/etc/ssl/certs/ca-certificates.crt
mounted_ca=/etc/clawden/ca.pem

fail() { echo "$*" >&2; exit 1; }

proxy='^((https?|socks4a?|socks5h?)://)?([^@/ ]+@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:([0-9]{1,5}))?/?$'
for name in http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; do
  value=${!name:-}
  [ -n "$value" ] || continue
  # What stands before the @ is a password: never repeated.
  shown=${value##*@}
  [[ $value =~ $proxy ]] || fail "$name is no address of a proxy: $shown (expected http://HOST:PORT)"
  port=${BASH_REMATCH[6]}
  [ -z "$port" ] || { [ "$((10#$port))" -ge 1 ] && [ "$((10#$port))" -le 65535 ]; } ||
    fail "$name has no port from 1 to 65535: $shown"
done
# curl and wget read HTTP_PROXY in small letters only; wget all of them.
for name in http_proxy https_proxy all_proxy no_proxy; do
  large=${name^^}
  [ -n "${!name:-}" ] || [ -z "${!large:-}" ] || export "$name=${!large}"
done

bundle=${SSL_CERT_FILE:-}
if [ -n "$bundle" ]; then
  grep -qs -e '-----BEGIN [A-Z ]*CERTIFICATE-----' "$bundle" ||
    fail "SSL_CERT_FILE=$bundle is no bundle of certificates in PEM form, or unreadable"
fi
if [ -e "$mounted_ca" ]; then
  grep -qs -e '-----BEGIN CERTIFICATE-----' "$mounted_ca" || fail "$mounted_ca is no certificate in PEM form, or unreadable"
  { cat "${bundle:-$system_ca}"; echo; cat "$mounted_ca"; } >"$run/ca-bundle.pem"
  bundle=$run/ca-bundle.pem
fi
if [ -n "$bundle" ]; then
  export CURL_CA_BUNDLE=$bundle SSL_CERT_FILE=$bundle
  # wget knows no variable for it.
  echo "ca_certificate = $bundle" >"$run/wgetrc"
  export WGETRC=$run/wgetrc
fi
