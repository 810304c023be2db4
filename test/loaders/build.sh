#!/usr/bin/env bash
# Builds the program that asks the loaders of the field (test/loaders/oracle) into test/loaders/bin, and beside it crane and
# oras, which copy images. Needs Go, and the network or a filled module cache; the versions of the loaders stand in
# oracle/go.mod, and nothing of them in our package.
#
#   bash test/loaders/build.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/oracle"
gofmt -l . | { ! grep .; }
go vet ./...
go build -trimpath -o "$here/bin/oracle" .
GOBIN="$here/bin" go install github.com/google/go-containerregistry/cmd/crane@v0.22.1
GOBIN="$here/bin" go install oras.land/oras/cmd/oras@v1.3.6
"$here/bin/oracle" -versions
