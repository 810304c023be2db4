/**
 * Documents that JSON readers read differently: keys twice, in other cases, escaped, null after a value, data behind the end.
 * Each edit is of the text; digests are computed from what comes out.
 */
import {
  blobNode,
  digestOf,
  type Entry,
  type ImageSpec,
  type OciNode,
  ociLayout,
  ociManifest,
  rawTar,
  replaceContent,
  tagged,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { layoutShape, type Pair, pairOf, rootsOf, saveShape } from './specimens.js';

/** The text with a member more, in front of all others or behind them. */
function first(text: string, key: string, value: string): string {
  return `{"${key}":${value},${text.slice(1)}`;
}

function last(text: string, key: string, value: string): string {
  return `${text.slice(0, -1)},"${key}":${value}}`;
}

type TextEdit = (text: string) => string;

const root = '{"User":"root","Env":["API_TOKEN=secret"]}';

const configEdits: Readonly<Record<string, TextEdit>> = {
  'config-twice-first': (text) => first(text, 'config', root),
  'config-twice-last': (text) => last(text, 'config', root),
  'config-null-last': (text) => last(text, 'config', 'null'),
  'config-empty-last': (text) => last(text, 'config', '{}'),
  'config-folded': (text) => last(text, 'Config', root),
  'config-folded-first': (text) => first(text, 'CONFIG', root),
  'config-dotless': (text) => last(text.replace('"config"', '"other"'), 'confıg', root),
  'config-dotless-beside': (text) => last(text, 'confıg', root),
  'config-ligature': (text) => last(text, 'conﬁg', root),
  'config-escaped': (text) => last(text, '\\u0063onfig', root),
  'config-nul': (text) => last(text, 'config\\u0000', root),
  'config-array': (text) => last(text, 'config', '[]'),
  'user-twice': (text) => text.replace('"User":"1000"', '"User":"root","User":"1000"'),
  'user-twice-last': (text) => text.replace('"User":"1000"', '"User":"1000","User":"root"'),
  'user-folded': (text) => text.replace('"User":"1000"', '"User":"1000","user":"root"'),
  'user-folded-first': (text) => text.replace('"User":"1000"', '"USER":"root","User":"1000"'),
  'user-long-s': (text) => text.replace('"User":"1000"', '"User":"1000","Uſer":"root"'),
  'user-long-s-alone': (text) => text.replace('"User":"1000"', '"Uſer":"root"'),
  'user-null-last': (text) => text.replace('"User":"1000"', '"User":"root","User":null'),
  'user-null': (text) => text.replace('"User":"1000"', '"User":null'),
  'user-escaped': (text) => text.replace('"User":"1000"', '"User":"1000","\\u0055ser":"root"'),
  'user-number': (text) => text.replace('"User":"1000"', '"User":1000'),
  'user-surrogate': (text) => text.replace('"User":"1000"', '"User":"\\ud800root"'),
  'env-twice': (text) => text.replace('"User"', '"Env":["API_TOKEN=1","B=2"],"Env":["A=1"],"User"'),
  'env-null-last': (text) => text.replace('"User"', '"Env":["API_TOKEN=1"],"Env":null,"User"'),
  'env-item-null': (text) => text.replace('"User"', '"Env":["A=1","B=2"],"Env":[null,"C=3"],"User"'),
  'env-folded': (text) => text.replace('"User"', '"Env":["A=1"],"env":["API_TOKEN=1"],"User"'),
  'env-text': (text) => text.replace('"User"', '"Env":"A=1","User"'),
  'rootfs-twice': (text) => first(text, 'rootfs', '{"type":"layers","diff_ids":[]}'),
  'rootfs-null-last': (text) => last(text, 'rootfs', 'null'),
  'rootfs-folded': (text) => last(text, 'RootFS', '{"type":"layers","diff_ids":[]}'),
  'diff-ids-long-s': (text) => text.replace('"diff_ids"', '"diff_idſ"'),
  'diff-ids-kelvin': (text) => text.replace('"User"', '"Workingdir":"/","worKingdir":"/","User"'),
  'trailing-value': (text) => `${text}{"config":${root}}`,
  'trailing-text': (text) => `${text} x`,
  'trailing-nul': (text) => `${text}\0`,
  'byte-order-mark': (text) => `\ufeff${text}`,
  'space-no-break': (text) => `\u00a0${text}`,
  'comma-at-end': (text) => `${text.slice(0, -1)},}`,
  'os-twice': (text) => last(text, 'os', '"windows"'),
  'history-number': (text) => last(text, 'history', '[{"empty_layer":1}]'),
  'created-text': (text) => last(text, 'created', '"yesterday"'),
  'unknown-big-number': (text) => last(text, 'x', '1e999'),
  'ports-of-null': (text) => text.replace('"User"', '"ExposedPorts":{"80":null},"User"'),
  'labels-number': (text) => text.replace('"User"', '"Labels":{"a":1},"User"'),
  'stop-timeout-float': (text) => text.replace('"User"', '"StopTimeout":1.5,"User"'),
};

/** Text edits of manifest.json; `bad` is its record of the other image. */
const saveEdits: Readonly<Record<string, (good: string, bad: string) => string>> = {
  'two-values': (good, bad) => `${good}${bad}`,
  'two-values-line': (good, bad) => `${good}\n${bad}\n`,
  'trailing-text': (good) => `${good} trailing`,
  'record-members-twice': (good, bad) => `[{${bad.slice(2, -2)},${good.slice(2, -2)}}]`,
  'record-members-twice-folded': (good, bad) =>
    `[{${good.slice(2, -2)},${bad.slice(2, -2).replace('"Config"', '"config"').replace('"Layers"', '"layers"')}}]`,
  'config-long-s': (good, bad) => `[{${good.slice(2, -2)},${bad.slice(2, -2).replace('"Layers"', '"Layerſ"')}}]`,
  'tags-long-s': (good) => good.replace('"RepoTags"', '"RepoTagſ"'),
  'tags-twice': (good) => good.replace('"Layers"', '"RepoTags":["evil/prod:1"],"Layers"'),
  'tags-null-last': (good) => good.replace('"Layers"', '"RepoTags":null,"Layers"'),
  'tags-folded': (good) => good.replace('"Layers"', '"repotags":["evil/prod:1"],"Layers"'),
  'tags-unparsable': (good) => good.replace(/"RepoTags":\[[^\]]*\]/, '"RepoTags":["Évil:1","UPPER/case:1","a b"]'),
  'tags-without-tag': (good) => good.replace(/"RepoTags":\[[^\]]*\]/, '"RepoTags":["evil/prod"]'),
  'tags-digest': (good) => good.replace(/"RepoTags":\[[^\]]*\]/, `"RepoTags":["evil/prod@sha256:${'a'.repeat(64)}"]`),
  'tags-tag-digest': (good) =>
    good.replace(/"RepoTags":\[[^\]]*\]/, `"RepoTags":["evil/prod:1@sha256:${'a'.repeat(64)}"]`),
  'tags-spaces': (good) => good.replace(/"RepoTags":\["/, '"RepoTags":[" '),
  'record-null': (good) => `[null,${good.slice(1)}`,
  'record-empty': (good) => `[{},${good.slice(1)}`,
  'both-records': (good, bad) => `[${good.slice(1, -1)},${bad.slice(1, -1)}]`,
  'an-object': (good) => good.slice(1, -1),
  null: () => 'null',
  'empty-list': () => '[]',
  'null-then-value': (good) => `null${good}`,
  'byte-order-mark': (good) => `\ufeff${good}`,
  'spaces-before': (good) => ` \n\t${good}`,
  'nuls-behind': (good) => `${good}\0\0\0`,
  'layers-twice': (good, bad) => good.replace('"Layers"', `${/"Layers":\[[^\]]*\]/.exec(bad)?.[0]},"Layers"`),
  'layers-null': (good) => good.replace(/"Layers":\[[^\]]*\]/, '"Layers":null'),
  'config-dot-slash': (good) => good.replace('"Config":"', '"Config":"./'),
  'config-absolute': (good) => good.replace('"Config":"', '"Config":"/'),
  'config-up': (good) => good.replace('"Config":"', '"Config":"x/../'),
  'config-far-up': (good) => good.replace('"Config":"', '"Config":"../../'),
  'layers-dot-slash': (good) => good.replace('"Layers":["', '"Layers":["./'),
  'layers-far-up': (good) => good.replace('"Layers":["', '"Layers":["../'),
};

type IndexEdit = (good: string, bad: string, pair: Pair) => string;

const listOf = (index: string) => /"manifests":(\[.*\])/.exec(index)?.[1] ?? '[]';
const itemOf = (index: string) => listOf(index).slice(1, -1);

/** Text edits of index.json. */
const indexEdits: Readonly<Record<string, IndexEdit>> = {
  'manifests-twice': (good, bad) => first(good, 'manifests', listOf(bad)),
  'manifests-twice-last': (good, bad) => last(good, 'manifests', listOf(bad)),
  'manifests-empty-last': (good) => last(good, 'manifests', '[]'),
  'manifests-null-last': (good) => last(good, 'manifests', 'null'),
  'manifests-item-empty-last': (good) => last(good, 'manifests', '[{}]'),
  'manifests-folded': (good, bad) => last(good, 'Manifests', listOf(bad)),
  'manifests-long-s': (good, bad) => last(good, 'manifeſts', listOf(bad)),
  'descriptor-members-twice': (good, bad) =>
    good.replace(itemOf(good), `{${itemOf(bad).slice(1, -1)},${itemOf(good).slice(1, -1)}}`),
  'digest-twice': (good, bad) => good.replace('"digest"', `${/"digest":"[^"]*"/.exec(itemOf(bad))?.[0]},"digest"`),
  'digest-folded': (good, bad) =>
    good.replace(/("size":\d+)/, `${/"digest":"[^"]*"/.exec(itemOf(bad))?.[0].replace('digest', 'Digest')},$1`),
  'annotations-twice': (good) =>
    good.replace('"annotations"', '"annotations":{"io.containerd.image.name":"docker.io/evil/prod:1"},"annotations"'),
  'annotations-twice-last': (good) =>
    good.replace(
      itemOf(good),
      last(itemOf(good), 'annotations', '{"io.containerd.image.name":"docker.io/evil/prod:1"}'),
    ),
  'annotations-merged': (good) =>
    good.replace(
      itemOf(good),
      last(itemOf(good), 'annotations', '{"org.opencontainers.image.ref.name":"evil/prod:1"}'),
    ),
  'annotations-null-last': (good) => good.replace(itemOf(good), last(itemOf(good), 'annotations', 'null')),
  'annotations-folded': (good) =>
    good.replace(
      itemOf(good),
      last(itemOf(good), 'Annotations', '{"io.containerd.image.name":"docker.io/evil/prod:1"}'),
    ),
  'annotation-key-twice': (good) =>
    good.replace('"annotations":{', '"annotations":{"io.containerd.image.name":"docker.io/evil/prod:1",'),
  'annotation-number': (good) => good.replace('"annotations":{', '"annotations":{"a":1,'),
  'media-type-twice': (good) =>
    good.replace(itemOf(good), last(itemOf(good), 'mediaType', '"application/vnd.oci.image.index.v1+json"')),
  'size-float': (good) => good.replace(/"size":(\d+)/, '"size":$1.0'),
  'size-exponent': (good) => good.replace(/"size":(\d+)/, '"size":$1e0'),
  'size-text': (good) => good.replace(/"size":(\d+)/, '"size":"$1"'),
  'size-lie': (good) => good.replace(/"size":(\d+)/, '"size":1$1'),
  'size-zero': (good) => good.replace(/"size":(\d+)/, '"size":0'),
  'size-absent': (good) => good.replace(/"size":(\d+),?/, ''),
  'digest-upper-case': (good) =>
    good.replace(/sha256:[0-9a-f]{64}/, (digest) => `sha256:${digest.slice(7).toUpperCase()}`),
  'schema-text': (good) => good.replace('"schemaVersion":2', '"schemaVersion":"2"'),
  'schema-one': (good) => good.replace('"schemaVersion":2', '"schemaVersion":1'),
  'schema-absent': (good) => good.replace('"schemaVersion":2,', ''),
  'two-values': (good, bad) => `${good}${bad}`,
  'trailing-text': (good) => `${good}x`,
  'byte-order-mark': (good) => `\ufeff${good}`,
  'an-array': (good) => `[${good}]`,
  empty: () => '{}',
  'also-a-manifest': (good, _bad, pair) => {
    const manifest = ociManifest(pair.bad, { compression: 'none' }).blobs[0]?.content.toString() ?? '{}';
    return `{${manifest.slice(1, -1)},${good.slice(1)}`;
  },
};

function edited(text: string, edit: TextEdit): Buffer {
  return Buffer.from(edit(text));
}

function withConfig(spec: ImageSpec, edit: TextEdit): ImageSpec {
  const config = edited(spec.config.toString(), edit);
  return { ...spec, config, id: digestOf(config) };
}

/** The members of a manifest, edited as text, under the digest that comes out. */
const manifestEdits: Readonly<Record<string, (good: string, bad: string) => string>> = {
  'config-twice': (good, bad) => first(good, 'config', member(bad, 'config')),
  'config-twice-last': (good, bad) => last(good, 'config', member(bad, 'config')),
  'config-folded': (good, bad) => last(good, 'Config', member(bad, 'config')),
  'layers-twice': (good, bad) => first(good, 'layers', member(bad, 'layers')),
  'layers-empty-last': (good) => last(good, 'layers', '[]'),
  'layers-folded': (good, bad) => last(good, 'LAYERS', member(bad, 'layers')),
  'both-twice': (good, bad) => last(last(good, 'config', member(bad, 'config')), 'layers', member(bad, 'layers')),
  'both-folded': (good, bad) => last(last(good, 'confiG', member(bad, 'config')), 'layerſ', member(bad, 'layers')),
  'also-an-index': (good) => last(good, 'manifests', '[]'),
  'media-type-other': (good) => good.replace('image.manifest.v1', 'image.index.v1'),
  'media-type-absent': (good) => good.replace(/"mediaType":"[^"]*manifest[^"]*",/, ''),
  'media-type-twice': (good) => last(good, 'mediaType', '"application/vnd.oci.image.index.v1+json"'),
  'trailing-value': (good, bad) => `${good}${bad}`,
  'schema-one': (good) => good.replace('"schemaVersion":2', '"schemaVersion":1'),
};

function member(text: string, key: string): string {
  return JSON.stringify((JSON.parse(text) as Record<string, unknown>)[key]);
}

function manifestNode(pair: Pair, edit: (good: string, bad: string) => string): OciNode {
  const [good, bad] = [pair.good, pair.bad].map((spec) => ociManifest(spec, { compression: 'none' }));
  const text = (node: OciNode | undefined) => node?.blobs[0]?.content.toString() ?? '';
  const own = blobNode(good?.descriptor.mediaType ?? '', Buffer.from(edit(text(good), text(bad))));
  return { ...own, blobs: [...own.blobs, ...(good?.blobs.slice(1) ?? []), ...(bad?.blobs.slice(1) ?? [])] };
}

function layoutWith(pair: Pair, edit: IndexEdit): Entry[] {
  const entries = ociLayout([...rootsOf(pair.good), ...rootsOf(pair.bad)], { directories: false });
  const shape = layoutShape(pair);
  return replaceContent(entries, 'index.json', edit(shape.good.toString(), shape.bad.toString(), pair));
}

function saveWith(pair: Pair, edit: (good: string, bad: string) => string): Entry[] {
  const { bodies, document, good, bad } = saveShape(pair);
  return [...bodies, { name: document, content: Buffer.from(edit(good.toString(), bad.toString())) }];
}

function kindsOf<T>(
  group: string,
  edits: Readonly<Record<string, T>>,
  entriesOf: (pair: Pair, edit: T) => Entry[],
): Kind[] {
  return Object.entries(edits).map(([name, edit]) => ({
    name: `json-${group}/${name}`,
    family: 'hostile',
    make: (rng) => rawTar(entriesOf(pairOf(rng), edit)),
  }));
}

export const jsonKinds: readonly Kind[] = [
  ...Object.entries(configEdits).map(
    ([name, edit]): Kind => ({
      name: `json-config/${name}`,
      family: 'hostile',
      make: (rng) => {
        const pair = pairOf(rng);
        const good = withConfig(pair.good, edit);
        const shape = rng.pick([saveShape, layoutShape])({ ...pair, good });
        return rawTar([...shape.bodies, { name: shape.document, content: shape.good }]);
      },
    }),
  ),
  ...kindsOf('save', saveEdits, saveWith),
  ...kindsOf('index', indexEdits, layoutWith),
  ...kindsOf('manifest', manifestEdits, (pair, edit) =>
    ociLayout(tagged(withoutPlatform(manifestNode(pair, edit)), [pair.tag]), { directories: false }),
  ),
];
