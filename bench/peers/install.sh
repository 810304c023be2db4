#!/usr/bin/env bash
# Installs the programs that Varve is measured against, by name: those that Debian has, by apt; crane and dive by Go; and
# a Node that has zstd of its own, by npm. The last three go to bench/peers/bin, where the benchmark looks first. Whatever
# cannot be had is named and left out: its rows then read "not run". Needs root for apt, Go and npm for the others.
#
#   bash bench/peers/install.sh
set -uo pipefail

bin=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/bin
mkdir -p "$bin"

if command -v apt-get >/dev/null; then
  for package in skopeo podman isal zstd openssl tar time util-linux; do
    dpkg --status "$package" >/dev/null 2>&1 || apt-get install --yes --no-install-recommends "$package" >/dev/null ||
      printf '%s: not installed by apt\n' "$package"
  done
else
  printf 'no apt-get here: install skopeo, podman, isal (igzip), zstd, openssl and GNU time by other means\n'
fi

for module in github.com/google/go-containerregistry/cmd/crane github.com/wagoodman/dive/cmd/dive; do
  GOBIN="$bin" go install "$module@latest" || printf '%s: not installed by go\n' "$module"
done

node=$(node --print '`node-${process.platform}-${process.arch}`')
npm install --silent --no-save --ignore-scripts --prefix "$bin/node24" "$node@24" &&
  ln -sf "node24/node_modules/$node/bin/node" "$bin/node-zstd" || printf '%s: not installed by npm\n' "$node"

for program in skopeo podman igzip zstd openssl tar time taskset crane dive node-zstd; do
  PATH="$bin:$PATH" type -P "$program" || printf '%s: missing\n' "$program"
done
