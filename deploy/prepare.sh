#!/bin/sh
# Makes, once, what the services of compose.yaml tell each other in secret: passwords, a CA and the certificate of
# Elasticsearch, and the API's token for writing. What is there stays; a certificate that ends within 30 days is made
# anew.
#
# usage: prepare.sh FOLDER    FOLDER has the folders postgres, elasticsearch and kinobase, one for each reader, so that
#                             none sees another's secrets. As root each gets the number of its reader's user.
set -eu
umask 077

if [ $# -ne 1 ] || [ ! -d "$1/postgres" ] || [ ! -d "$1/elasticsearch" ] || [ ! -d "$1/kinobase" ]; then
  echo "error: give a folder with the folders postgres, elasticsearch and kinobase" >&2
  exit 2
fi
cd "$1"
# As the images say: postgres:18 (Debian), Elasticsearch's, our Dockerfile.
POSTGRES=999 ELASTICSEARCH=1000 KINOBASE=10001
DAYS=825
SOON=$((30 * 24 * 60 * 60))

random() { openssl rand -hex 24; }

# Writes standard input into a file, wholly or not at all, unless it is there.
once() {
  if [ ! -s "$1" ]; then
    cat >"$1.new"
    mv "$1.new" "$1"
  fi
}

random | once postgres/superuser_password
random | once postgres/kinobase_password
random | once elasticsearch/password
random | once kinobase/api_tokens
password=$(cat postgres/kinobase_password)
printf 'postgresql+psycopg://kinobase:%s@postgres:5432/kinobase' "$password" | once kinobase/database_url

# Makes a key and a certificate: FILE.key and FILE.crt, a name, and more for openssl.
certificate() {
  file=$1 name=$2
  shift 2
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$file.key" -out "$file.crt" \
    -days "$DAYS" -subj "/CN=$name" "$@" 2>/dev/null
}

# The CA's key is thrown away: it signs this one certificate.
make_certificate() {
  work=$(mktemp -d)
  certificate "$work/ca" "Kinobase CA" -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,keyCertSign"
  certificate "$work/http" elasticsearch -CA "$work/ca.crt" -CAkey "$work/ca.key" \
    -addext "basicConstraints=critical,CA:FALSE" -addext "keyUsage=critical,digitalSignature" \
    -addext "subjectAltName=DNS:elasticsearch,DNS:localhost,IP:127.0.0.1"
  cp "$work/ca.crt" kinobase/ca.crt
  mv "$work/http.key" "$work/ca.crt" elasticsearch/
  mv "$work/http.crt" elasticsearch/ # last: it says that the others are there
  rm -rf "$work"
}

if ! openssl x509 -in elasticsearch/http.crt -noout -checkend "$SOON" >/dev/null 2>&1; then
  make_certificate
fi

chmod 500 postgres elasticsearch
chmod 700 kinobase
chmod 400 postgres/* elasticsearch/* kinobase/*
if [ "$(id -u)" -eq 0 ]; then
  chown -R "$POSTGRES" postgres
  chown -R "$ELASTICSEARCH" elasticsearch
  chown -R "$KINOBASE" kinobase
fi
