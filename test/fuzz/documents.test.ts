/**
 * Documents of images that are nearly right: each parser says what it read or what is wrong, and throws nothing; what it
 * read does not reach the prototypes.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dockerSave, image, layer, ociIndex, ociLayout, ociManifest, tagged } from '../helpers/archive-builder.js';
import {
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
  parseV1Image,
} from '../helpers/parsed-documents.js';
import { fuzz, timeout } from './budget.js';
import { mutatedText } from './mutations.js';

const tide = image({
  layers: [layer({ files: [{ path: 'etc/os', content: 'tide' }] })],
  tags: ['docker.io/library/tide:1', 'registry.example/team/tide:2'],
});
const sources = [
  ...dockerSave([tide], { variant: 'v1' }),
  ...dockerSave([tide], { variant: 'hybrid' }),
  ...ociLayout([...tagged(ociIndex([ociManifest(tide)]), tide.tags)]),
]
  .map(({ content }) => content?.toString() ?? '')
  .filter((text) => /^\s*[[{]/.test(text));

const keys = fc.constantFrom(
  'schemaVersion',
  'mediaType',
  'manifests',
  'config',
  'layers',
  'digest',
  'size',
  'platform',
  'annotations',
  'rootfs',
  'diff_ids',
  'history',
  'created',
  'Config',
  'RepoTags',
  'Layers',
  'os',
  'architecture',
  'imageLayoutVersion',
  'subject',
  'LAYERS',
  '__proto__',
  'constructor',
  'toString',
  'id',
  'parent',
  'Env',
  'Healthcheck',
  'empty_layer',
  '',
);
/** JSON out of the keys that the parsers look for, with values of any kind. */
const { document: looseDocument } = fc.letrec<{ document: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, 2, -1, 1e300, 2 ** 53, '', 'linux', `sha256:${'0'.repeat(64)}`, 'application/json'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
  ),
  document: fc.array(fc.tuple(keys, tie('value')), { maxLength: 6 }).map(written),
}));

/** An object as JSON would bring it, with `__proto__` as a key like any other. */
function written(pairs: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(`{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`);
}

const anyDocument = fc.oneof(
  { weight: 3, arbitrary: mutatedText(sources) },
  {
    weight: 3,
    arbitrary: fc.oneof(looseDocument, fc.array(looseDocument, { maxLength: 3 })).map((json) => JSON.stringify(json)),
  },
  fc.string(),
);

const parsers = {
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
  parseV1Image,
} as const;

it.each(Object.entries(parsers))('%s says what it read or what is wrong', { timeout }, (name, parse) =>
  fuzz(name, 4000, anyDocument, (text) => {
    const parsed = parse(text);
    expect(parsed.ok ? parsed.remarks.every(({ message }) => message !== '') : parsed.problem !== '').toBe(true);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['digest']).toBeUndefined();
  }),
);

it('the documents of real writers are among the inputs', () => {
  expect(Object.values(parsers).map((parse) => sources.some((text) => parse(text).ok))).toEqual(
    Object.keys(parsers).map(() => true),
  );
});
