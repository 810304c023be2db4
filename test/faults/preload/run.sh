#!/usr/bin/env bash
# Reads that really fail, below Node: verifies ARCHIVE with an unreadable block at every hundredth part of it, beside a
# sample that must stay ok. The built program must never call the archive ok, nor end in another way than it should.
# By hand, since it needs a C compiler:   npm run build && bash test/faults/preload/run.sh ARCHIVE
set -euo pipefail

archive=$(realpath "$1")
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -shared -fPIC -o "$work/fault.so" "$root/test/faults/preload/unreadable-block.c" -ldl
other=$root/samples/gateway-1.7-crane.tar
size=$(stat --format %s "$archive")
failed=0 unreadable=0

for part in $(seq 0 99); do
  at=$((size * part / 100)) status=0
  LD_PRELOAD=$work/fault.so FAULT_PATH=$archive FAULT_AT=$at \
    node "$root/dist/src/cli/main.cjs" verify "$archive" "$other" --quiet --format csv >"$work/out" 2>"$work/err" || status=$?
  case $status in
    1) failed=$((failed + 1)) ;;
    3) unreadable=$((unreadable + 1)) ;;
    *) printf 'byte %s: exit code %s\n' "$at" "$status" && cat "$work/out" "$work/err" && exit 1 ;;
  esac
  grep --quiet --fixed-strings EIO "$work/out" "$work/err" || { printf 'byte %s: no reason told\n' "$at" && exit 1; }
done
printf '%s: 100 unreadable blocks, %s failed, %s unreadable, none ok\n' "$archive" "$failed" "$unreadable"
