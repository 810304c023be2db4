#!/usr/bin/env bash
# Installs the programs that Varve is measured against, by name: those that Debian has, by apt; crane and dive by Go, into
# bench/peers/bin, where the benchmark looks first. Whatever cannot be had is named and left out: its rows then read
# "not run". Needs root for apt, and Go for the other two.
#
#   bash bench/peers/install.sh
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if command -v apt-get >/dev/null; then
  for package in skopeo podman isal zstd openssl tar util-linux; do
    dpkg --status "$package" >/dev/null 2>&1 || apt-get install --yes --no-install-recommends "$package" >/dev/null ||
      printf '%s: not installed by apt\n' "$package"
  done
else
  printf 'no apt-get here: install skopeo, podman, isal (igzip), zstd and openssl by other means\n'
fi

for module in github.com/google/go-containerregistry/cmd/crane github.com/wagoodman/dive/cmd/dive; do
  GOBIN="$here/bin" go install "$module@latest" || printf '%s: not installed by go\n' "$module"
done

for program in skopeo podman igzip zstd openssl tar taskset crane dive; do
  PATH="$here/bin:$PATH" command -v "$program" || printf '%s: missing\n' "$program"
done
