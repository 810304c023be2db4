#!/usr/bin/env bash
# Builds the reader of tars by Go's own archive/tar that test/fuzz/go-tars.ts asks. Nothing but Go's standard library is used.
# usage: bash test/fuzz/go-tar/build.sh [OUTPUT]     Go 1.24 or newer
set -euo pipefail
cd "$(dirname "$0")"
output=${1:-../../../dist/test/fuzz/go-tar/go-tar}
mkdir -p "$(dirname "$output")"
GO111MODULE=off CGO_ENABLED=0 go build -trimpath -o "$output" main.go
