/**
 * Marks that make a reader take an image for something else, or its name for another: each is put on the bad image, which
 * lies beside the good one under the same tag, or alone.
 */
import {
  attestation,
  blobNode,
  type Descriptor,
  describe,
  type Entry,
  file,
  inlineData,
  type OciNode,
  ociIndex,
  ociManifest,
  rawTar,
  replaceContent,
  type SeededRandom,
} from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { editedLayout, type Pair, pairOf, rootsOf, smallImage } from './specimens.js';

type Json = Record<string, unknown>;
/** The root of the bad image, marked. */
type Marking = (root: OciNode, pair: Pair, rng: SeededRandom) => OciNode | readonly OciNode[];

const typeKey = 'vnd.docker.reference.type';
const digestKey = 'vnd.docker.reference.digest';

function annotated(node: OciNode, more: Readonly<Record<string, string>>): OciNode {
  return describe(node, { annotations: { ...node.descriptor.annotations, ...more } });
}

/** The node with its manifest edited; the descriptor keeps what it said beside digest and size. */
function remade(node: OciNode, edit: (manifest: Json) => unknown): OciNode {
  const [own, ...rest] = node.blobs;
  const text = JSON.stringify(edit(JSON.parse(own?.content.toString() ?? '{}') as Json));
  const made = blobNode(node.descriptor.mediaType, Buffer.from(text));
  return { descriptor: { ...node.descriptor, ...made.descriptor } as Descriptor, blobs: [...made.blobs, ...rest] };
}

const configTyped = (mediaType: string) => (node: OciNode) =>
  remade(node, (manifest) => ({ ...manifest, config: { ...(manifest['config'] as Json), mediaType } }));
const layersTyped = (mediaType: string) => (node: OciNode) =>
  remade(node, (manifest) => ({
    ...manifest,
    layers: (manifest['layers'] as Json[]).map((layer) => ({ ...layer, mediaType })),
  }));
const platform = (fields: Json) => (node: OciNode) => describe(node, { platform: fields });
const named = (annotations: Readonly<Record<string, string>>) => (node: OciNode) => describe(node, { annotations });
const containerd = 'io.containerd.image.name';
const refName = 'org.opencontainers.image.ref.name';

const markings: Readonly<Record<string, Marking>> = {
  'attestation-annotation': (node, { good }) =>
    annotated(node, { [typeKey]: 'attestation-manifest', [digestKey]: rootsOf(good)[0]?.descriptor.digest ?? '' }),
  'attestation-type-only': (node) => annotated(node, { [typeKey]: 'attestation-manifest' }),
  'attestation-platform': (node, { good }) =>
    describe(
      annotated(node, { [typeKey]: 'attestation-manifest', [digestKey]: rootsOf(good)[0]?.descriptor.digest ?? '' }),
      { platform: { os: 'unknown', architecture: 'unknown' } },
    ),
  'manifest-subject-annotation': (node) => annotated(node, { 'containerd.io/manifest.subject': 'sha256:0' }),
  'artifact-type': (node) => remade(node, (manifest) => ({ ...manifest, artifactType: 'application/vnd.example' })),
  'artifact-type-descriptor': (node) => describe(node, { artifactType: 'application/vnd.example' }),
  'artifact-type-both': (node) =>
    describe(
      remade(node, (manifest) => ({ ...manifest, artifactType: 'application/vnd.example' })),
      { artifactType: 'application/vnd.example' },
    ),
  subject: (node, { good }) =>
    remade(node, (manifest) => ({ ...manifest, subject: rootsOf(good)[0]?.descriptor ?? null })),
  'layers-json': layersTyped('application/json'),
  'layers-in-toto': layersTyped('application/vnd.in-toto+json'),
  'layers-text': layersTyped('text/plain'),
  'layers-octets': layersTyped('application/octet-stream'),
  'layers-untyped': layersTyped(''),
  'layers-docker': layersTyped('application/vnd.docker.image.rootfs.diff.tar'),
  'layers-foreign': layersTyped('application/vnd.docker.image.rootfs.foreign.diff.tar'),
  'layers-helm': layersTyped('application/vnd.cncf.helm.chart.content.v1.tar+gzip'),
  'layers-gzip-lie': layersTyped('application/vnd.oci.image.layer.v1.tar+gzip'),
  'layers-encrypted': layersTyped('application/vnd.oci.image.layer.v1.tar+encrypted'),
  'config-octets': configTyped('application/octet-stream'),
  'config-json': configTyped('application/json'),
  'config-html': configTyped('text/html'),
  'config-untyped': configTyped(''),
  'config-empty-type': configTyped('application/vnd.oci.empty.v1+json'),
  'config-helm': configTyped('application/vnd.cncf.helm.config.v1+json'),
  'config-wasm': configTyped('application/vnd.wasm.config.v0+json'),
  'config-docker': configTyped('application/vnd.docker.container.image.v1+json'),
  'config-upper-case': configTyped('application/vnd.OCI.image.config.v1+json'),
  'manifest-untyped': (node) => remade(node, ({ mediaType: _, ...manifest }) => manifest),
  'descriptor-untyped': (node) => describe(node, { mediaType: '' }),
  'descriptor-docker': (node) => describe(node, { mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }),
  'descriptor-index': (node) => describe(node, { mediaType: 'application/vnd.oci.image.index.v1+json' }),
  'descriptor-json': (node) => describe(node, { mediaType: 'application/json' }),
  'descriptor-artifact': (node) => describe(node, { mediaType: 'application/vnd.oci.artifact.manifest.v1+json' }),
  'descriptor-layer': (node) => describe(node, { mediaType: 'application/vnd.oci.image.layer.v1.tar' }),
  'descriptor-upper-case': (node) => describe(node, { mediaType: 'application/vnd.oci.image.MANIFEST.v1+json' }),
  'platform-windows': platform({ os: 'windows', architecture: 'amd64' }),
  'platform-arm': platform({ os: 'linux', architecture: 'arm64' }),
  'platform-variant': platform({ os: 'linux', architecture: 'amd64', variant: 'v3' }),
  'platform-unknown': platform({ os: 'unknown', architecture: 'unknown' }),
  'platform-empty': platform({}),
  'platform-upper-case': platform({ os: 'LINUX', architecture: 'AMD64' }),
  'platform-alias': platform({ os: 'linux', architecture: 'x86_64' }),
  'platform-number': platform({ os: 1 }),
  'platform-version': platform({ os: 'linux', architecture: 'amd64', 'os.version': '10' }),
  'names-differ': named({ [containerd]: 'docker.io/evil/prod:1', [refName]: 'docker.io/library/app:1' }),
  'names-differ-other': named({ [containerd]: 'docker.io/library/app:1', [refName]: 'evil/prod:1' }),
  'name-tag-differs': named({ [containerd]: 'docker.io/evil/prod:1', [refName]: 'latest' }),
  'name-unparsable': named({ [containerd]: 'EVIL//prod:::1' }),
  'name-unparsable-beside': named({ [containerd]: 'EVIL//prod', [refName]: 'docker.io/library/app:1' }),
  'name-empty': named({ [containerd]: '', [refName]: 'evil/prod:1' }),
  'name-bare': named({ [refName]: 'prod' }),
  'name-spaces': named({ [refName]: ' prod:1 ' }),
  'name-newline': named({ [containerd]: 'docker.io/evil/prod:1\n' }),
  'name-digest': named({ [containerd]: `docker.io/evil/prod@sha256:${'b'.repeat(64)}` }),
  'name-tag-digest': named({ [containerd]: `docker.io/evil/prod:1@sha256:${'b'.repeat(64)}` }),
  'name-without-tag': named({ [containerd]: 'docker.io/evil/prod' }),
  'name-oci-path': named({ [refName]: 'a/b@c:d' }),
  'name-case-of-key': named({ 'IO.containerd.image.name': 'docker.io/evil/prod:1' }),
  unnamed: (node) => describe(node, { annotations: {} }),
  nested: (node) =>
    describe(ociIndex([describe(node, { annotations: {} })]), { annotations: node.descriptor.annotations ?? {} }),
  'nested-twice': (node) =>
    describe(ociIndex([ociIndex([describe(node, { annotations: {} })])]), {
      annotations: node.descriptor.annotations ?? {},
    }),
  'nested-with-good': (node, { good }) =>
    describe(ociIndex([node, ociManifest(good, { compression: 'none' })]), {
      annotations: node.descriptor.annotations ?? {},
    }),
  'nested-attested': (node) => {
    const bare = describe(node, { annotations: {}, platform: { os: 'linux', architecture: 'amd64' } });
    return describe(ociIndex([bare, attestation(bare)]), { annotations: node.descriptor.annotations ?? {} });
  },
  'nested-same-platform': (node, { good }) => {
    const same = { platform: { os: 'linux', architecture: 'amd64' }, annotations: {} };
    return describe(ociIndex([describe(node, same), describe(ociManifest(good, { compression: 'none' }), same)]), {
      annotations: node.descriptor.annotations ?? {},
    });
  },
  'nested-as-manifest': (node) =>
    describe(ociIndex([describe(node, { annotations: {} })]), {
      annotations: node.descriptor.annotations ?? {},
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    }),
  'inline-other': (node, { good }) =>
    describe(node, { data: inlineData(rootsOf(good)[0] ?? node).descriptor.data ?? '' }),
  urls: (node) => describe(node, { urls: ['https://registry.example/x'] }),
  twice: (node) => [node, node],
  'config-platform': (_node, _pair, rng) => {
    const other = smallImage(rng, { platform: { os: 'windows', architecture: 'amd64' }, config: { User: 'root' } });
    return rootsOf({ ...other, tags: ['docker.io/library/app:1'] });
  },
};

function layoutOf(marking: Marking): Kind['make'] {
  return (rng) => {
    const pair = pairOf(rng);
    const marked = rootsOf(pair.bad).flatMap((root) => marking(root, pair, rng));
    const good = rootsOf(pair.good);
    return rawTar(editedLayout(rng.pick([marked, [...good, ...marked], [...marked, ...good]])));
  };
}

const layoutFiles: Readonly<Record<string, string>> = {
  'version-9': '{"imageLayoutVersion":"9.9.9"}',
  'version-1.0.1': '{"imageLayoutVersion":"1.0.1"}',
  'version-1.0': '{"imageLayoutVersion":"1.0"}',
  'version-empty': '{"imageLayoutVersion":""}',
  'version-absent': '{}',
  'version-null': '{"imageLayoutVersion":null}',
  'version-folded': '{"IMAGELAYOUTVERSION":"1.0.0"}',
  'version-twice': '{"imageLayoutVersion":"9","imageLayoutVersion":"1.0.0"}',
  'version-twice-last': '{"imageLayoutVersion":"1.0.0","imageLayoutVersion":"9"}',
  'version-number': '{"imageLayoutVersion":1}',
  'file-empty': '',
  'file-null': 'null',
  'file-trailing': '{"imageLayoutVersion":"1.0.0"}{"imageLayoutVersion":"9"}',
};

/** Both formats in one archive, which lead to different images. */
function disagreeing(rng: SeededRandom): Entry[] {
  const pair = pairOf(rng);
  const [listed, recorded] = rng.pick([
    [pair.good, pair.bad],
    [pair.bad, pair.good],
  ]) as [Pair['good'], Pair['good']];
  const blobs = editedLayout(rootsOf(recorded)).filter(({ name }) => name.startsWith('blobs/'));
  const record = {
    Config: `blobs/sha256/${recorded.id.slice(7)}`,
    RepoTags: [pair.tag],
    Layers: recorded.layers.map(({ diffId }) => `blobs/sha256/${diffId.slice(7)}`),
  };
  const layout = editedLayout(rootsOf(listed));
  const more = blobs.filter(({ name }) => !layout.some((entry) => entry.name === name));
  return [...layout, ...more, file('manifest.json', JSON.stringify([record]))];
}

export const imageKinds: readonly Kind[] = [
  ...Object.entries(markings).map(
    ([name, marking]): Kind => ({ name: `image/${name}`, family: 'hostile', make: layoutOf(marking) }),
  ),
  ...Object.entries(layoutFiles).map(
    ([name, text]): Kind => ({
      name: `layout/${name}`,
      family: 'hostile',
      make: (rng) => rawTar(replaceContent(editedLayout(rootsOf(pairOf(rng).good)), 'oci-layout', text)),
    }),
  ),
  { name: 'image/formats-disagree', family: 'hostile', make: (rng) => rawTar(disagreeing(rng)) },
];
