#!/usr/bin/env bash
# Programs of the field in the folder of a store: skopeo, umoci, oras and crane read images out of it and write others into it,
# podman loads what was saved of it. After each of them the store is whole, what Varve put there is there with its digest,
# and `varve prune` works. Ends with 1 where one of these does not hold. Needs the built program, skopeo, umoci, podman, and
# what test/loaders/build.sh builds.
#
#   bash test/loaders/build.sh && npm run build && bash test/loaders/stores.sh
set -uo pipefail

bin=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/bin
varve() { node dist/src/cli/main.cjs "$@"; }
work=$(mktemp -d)
store=$work/store
worker=registry.example.com/shop/worker:0.9
failed=0

"$bin/crane" registry serve --address 127.0.0.1:0 >"$work/registry.log" 2>&1 &
registry=$!
trap 'kill $registry; rm -rf "$work"' EXIT
until grep -q 'on port' "$work/registry.log"; do sleep 0.2; done
host=127.0.0.1:$(grep -o 'port [0-9]*' "$work/registry.log" | head -1 | cut -d' ' -f2)

varve load samples/api-1.0-docker24.tar samples/api-1.1-web-2.0-podman.tar samples/worker-0.9-oci.tar samples/gateway-1.7-crane.tar \
  --store "$store" --quiet >/dev/null || exit 1
# Each name with the digest of its manifest.
named() {
  node -e 'const { manifests } = JSON.parse(fs.readFileSync(process.argv[1] + "/index.json"));
    for (const { annotations, digest } of manifests) console.log(digest, annotations?.["org.opencontainers.image.ref.name"] ?? "");' "$1" | sort
}
named "$store" >"$work/before"
digest=$(grep "$worker" "$work/before" | cut -d' ' -f1)

# WHAT, then a command: it does its work, and the store is what it has to be.
try() {
  local what=$1 fault=
  shift
  "$@" >"$work/out" 2>&1 || fault="it ends with $?: $(tail -1 "$work/out")"
  varve fsck --store "$store" >"$work/fsck" 2>&1 || fault="$fault; the store is not whole: $(tail -1 "$work/fsck")"
  comm -23 "$work/before" <(named "$store") | grep -q . && fault="$fault; a name has gone, or means something else"
  varve prune --store "$store" --grace 0s --yes >"$work/prune" 2>&1 || fault="$fault; prune: $(tail -1 "$work/prune")"
  varve verify --store "$store" >"$work/verify" 2>&1 || fault="$fault; not whole after prune: $(tail -1 "$work/verify")"
  if [ -z "$fault" ]; then echo "$what: yes"; else echo "$what: NO ($fault)" && failed=1; fi
}
has() { named "$store" | grep -q " $1\$"; }
same() { [ "$(named "$1" | head -1 | cut -d' ' -f1)" = "$digest" ]; }

skopeo_out() { skopeo copy -q --preserve-digests "oci:$store:$worker" "oci:$work/by-skopeo:1" && same "$work/by-skopeo"; }
skopeo_in() { skopeo copy -q docker-archive:samples/checkout-3.2-jib.tar "oci:$store:shop/checkout:in" && has shop/checkout:in; }
# Not out of a docker archive: of layers that are there already this skopeo (1.9.3) then writes that they have 0 bytes.
skopeo_over() { skopeo copy -q oci-archive:samples/worker-0.9-oci.tar "oci:$store:shop/checkout:in"; }
umoci_list() { umoci ls --layout "$store" | grep -x "$worker"; }
umoci_unpack() { umoci unpack --rootless --image "$store:$worker" "$work/by-umoci" && [ -d "$work/by-umoci/rootfs" ]; }
umoci_tag() { umoci tag --image "$store:$worker" by-umoci && has by-umoci; }
oras_out() { "$bin/oras" cp --from-oci-layout "$store@$digest" --to-oci-layout "$work/by-oras:1" && same "$work/by-oras"; }
oras_in() { "$bin/oras" cp --from-oci-layout "$work/by-oras:1" --to-oci-layout "$store:by-oras" && has by-oras; }
crane_out() { "$bin/crane" push --index "$store" "$host/all:1" && "$bin/crane" validate --remote "$host/all@$digest"; }
crane_in() { "$bin/crane" pull --format oci "$host/all@$digest" "$store"; }
podman_load() {
  varve save --store "$store" "$worker" -o "$work/saved.tar" &&
    podman --root "$work/podman/root" --runroot "$work/podman/run" --storage-driver vfs load --quiet --input "$work/saved.tar" | grep "$worker"
}

try 'skopeo copies an image out, with its digest' skopeo_out
try 'skopeo copies an image in' skopeo_in
try 'skopeo gives its name to another image' skopeo_over
try 'umoci lists the names' umoci_list
try 'umoci unpacks an image' umoci_unpack
try 'umoci gives a name' umoci_tag
try 'umoci gc' umoci gc --layout "$store"
try 'oras copies an image out, with its digest' oras_out
try 'oras copies an image in' oras_in
try 'crane pushes all of it, and the registry has the digests' crane_out
try 'crane adds an image' crane_in
try 'podman loads what was saved' podman_load
exit $failed
