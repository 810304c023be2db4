#!/usr/bin/env bash
# What programs of the field make of a delta as it is, without its base and with it, for docs/delta.md: skopeo and oras into a
# registry, skopeo into podman's storage, containerd's importer, and the delta itself as an artifact through a registry.
# Needs the built program, skopeo, and the programs that test/loaders/build.sh builds.
#
#   bash test/loaders/build.sh && npm run build && bash test/loaders/deltas.sh
set -uo pipefail

bin=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/bin
varve() { node dist/src/cli/main.cjs "$@"; }
work=$(mktemp -d)
old=samples/api-1.0-docker24.tar
new=samples/api-1.1-web-2.0-podman.tar
name=registry.example.com/shop/api
storage="containers-storage:[vfs@$work/storage+$work/run]"

# A registry on this machine that forgets everything.
"$bin/crane" registry serve --address 127.0.0.1:0 >"$work/registry.log" 2>&1 &
registry=$!
trap 'kill $registry; rm -rf "$work"' EXIT
until grep -q 'on port' "$work/registry.log"; do sleep 0.2; done
host=127.0.0.1:$(grep -o 'port [0-9]*' "$work/registry.log" | head -1 | cut -d' ' -f2)

varve pack $old -o "$work/base.tar" >/dev/null
varve pack $old -o "$work/base/" >/dev/null
varve pack $new -o "$work/whole.tar" >/dev/null
varve delta $new --have "$work/base.tar" -o "$work/delta.tar" | head -1
varve delta $new --have "$work/base.tar" -o "$work/delta/" >/dev/null
digest() { # FOLDER NAME
  node -e 'const { manifests } = JSON.parse(fs.readFileSync(process.argv[1] + "/index.json"));
    const own = ({ annotations, artifactType }) => process.argv[2] === "" ? artifactType !== undefined
      : annotations?.["org.opencontainers.image.ref.name"] === process.argv[2];
    console.log(manifests.find(own).digest);' "$1" "$2"
}
wanted=$(digest "$work/delta" "$name:1.1")

try() { # WHAT, then a command
  local what=$1
  shift
  if "$@" >"$work/out" 2>&1; then echo "$what: takes it"; else echo "$what: refuses it ($(tail -1 "$work/out" | cut -c1-200))"; fi
}
check() { if "${@:2}" >"$work/out" 2>&1; then echo "$1: yes"; else echo "$1: no ($(tail -1 "$work/out"))"; fi; }
skopeo_to() { skopeo copy -q --dest-tls-verify=false --preserve-digests "oci-archive:$1" "$2"; }
# The manifest came through as it is, and every blob of it is there.
held() { "$bin/crane" pull --format=oci "$host/$1" "$work/pulled-$RANDOM" && [ "$("$bin/crane" digest "$host/$1")" = "$wanted" ]; }
oras_to() { "$bin/oras" cp --from-oci-layout "$1" --to-plain-http "$host/$2"; }

# Before anything is there: this registry has its blobs in one place for all repositories.
try 'oras, a registry without the base' oras_to "$work/delta@$wanted" empty:2
try 'skopeo, a registry without the base' skopeo_to "$work/delta.tar:$name:1.1" "docker://$host/empty:1"
skopeo_to "$work/base.tar:$name:1.0" "docker://$host/by-skopeo:1.0"
try 'skopeo, a registry with the base' skopeo_to "$work/delta.tar:$name:1.1" "docker://$host/by-skopeo:1.1"
check '  … and the image is whole there' held by-skopeo:1.1
oras_to "$work/base@$(digest "$work/base" "$name:1.0")" by-oras:1.0 >/dev/null
try 'oras, a registry with the base' oras_to "$work/delta@$wanted" by-oras:1.1
check '  … and the image is whole there' held by-oras:1.1
try 'skopeo, the storage of podman without the base' skopeo_to "$work/delta.tar:$name:1.1" "$storage$name:1.1"
skopeo_to "$work/base.tar:$name:1.0" "$storage$name:1.0"
try 'skopeo, the storage of podman with the base' skopeo_to "$work/delta.tar:$name:1.1" "$storage$name:1.1"
check '  … and the image is whole there' skopeo copy -q "$storage$name:1.1" "oci:$work/of-podman:1"

oracle() { # FLAGS
  echo "$work/delta.tar" | "$bin/oracle" "$@" | node -e 'const { loaders } = JSON.parse(fs.readFileSync(0));
    for (const [loader, { images, error }] of Object.entries(loaders)) {
      const names = (images ?? []).map(({ name }) => name).filter((name) => name !== "");
      console.log(`  ${loader}: ${names.join(", ") || "nothing"}${error ? `; ${error.split("\n")[0].slice(0, 120)}` : ""}`);
    }'
}
echo 'without the base:'
oracle
echo 'containerd with the base:'
oracle -base "$work/base.tar" | grep containerd

own=$(digest "$work/delta" '')
try 'oras, the delta itself as an artifact to a registry' oras_to "$work/delta@$own" deltas:1
pulled() { skopeo copy -q --src-tls-verify=false "docker://$host/deltas:1" "oci:$work/carried:1"; }
try 'skopeo, the same from there' pulled
applied() { varve apply "$work/carried" --from "$work/base.tar" -o "$work/applied.tar" && cmp "$work/applied.tar" "$work/whole.tar"; }
check 'varve apply of that has the bytes of the pack' applied
