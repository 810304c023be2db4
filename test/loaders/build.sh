#!/usr/bin/env bash
# Builds the program that asks the loaders of the field (test/loaders/oracle) into test/loaders/bin. Needs Go, and the
# network or a filled module cache; the versions of the loaders stand in oracle/go.mod, and nothing of them in our package.
#
#   bash test/loaders/build.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/oracle"
gofmt -l . | { ! grep .; }
go vet ./...
go build -trimpath -o "$here/bin/oracle" .
"$here/bin/oracle" -versions
