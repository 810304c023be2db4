#!/usr/bin/env bash
# Puts the registries and the programs that `npm run registries` asks into test/registries/bin: Debian's docker-registry and htpasswd
# by their packages (downloaded and unpacked, not installed), distribution's registry of today, crane (which serves a registry too) and
# oras by Go. Needs apt, Go and the network, and skopeo; fails where it cannot have one of them.
#
#   bash test/registries/build.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin="$here/bin"
mkdir -p "$bin"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
packages=(docker-registry apache2-utils libaprutil1 libapr1)
apt-get download -o APT::Sandbox::User=root "${packages[@]}" >&2
for package in *.deb; do dpkg -x "$package" unpacked; done
cp unpacked/usr/bin/docker-registry "$bin/docker-registry"
cp unpacked/usr/bin/htpasswd "$bin/htpasswd"
rm -rf "$bin/lib" && cp -r "unpacked/usr/lib/$(uname -m)-linux-gnu" "$bin/lib"

export GOBIN="$bin"
go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1
go install oras.land/oras/cmd/oras@v1.3.6

"$bin/docker-registry" --version
"$bin/registry" --version
"$bin/crane" version
"$bin/oras" version | head -1
skopeo --version
LD_LIBRARY_PATH="$bin/lib" "$bin/htpasswd" -Bbn user password >/dev/null
