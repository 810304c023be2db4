/**
 * Documents: what is read of each, which shapes are refused and with which words, how keys in other case are read, and that
 * no text makes a parser throw.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parsed } from '../../../src/model/foreign/documents.js';
import {
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
  parseV1Image,
} from '../../helpers/parsed-documents.js';

const parsers: readonly [string, (text: string) => Parsed<unknown>][] = [
  ['index.json', parseIndex],
  ['a manifest', parseManifestOrIndex],
  ['an image config', parseImageConfig],
  ['manifest.json', parseSaveManifest],
  ['repositories', parseRepositories],
  ['a v1 json', parseV1Image],
  ['oci-layout', parseOciLayout],
];

const problemOf = (parsed: Parsed<unknown>): string | null => (parsed.ok ? null : parsed.problem);
const readAs = <T>(parsed: Parsed<T>): T | null => (parsed.ok ? parsed.value : null);
const descriptor = { digest: 'sha256:x', size: 3 };
const json = JSON.stringify;

describe.each(parsers)('%s', (_, parse) => {
  it.each(['', ' ', '{', '{]', 'nul', '\u0000', '\uFEFF{}', '[1] trailing', "{'a': 1}", '[1,]'])(
    'is refused where it is no JSON: %j',
    (text) => {
      expect(problemOf(parse(text))).toMatch(/^no JSON: /);
    },
  );

  it.each(['1', '"text"', 'true'])('is refused where it is no object or list: %s', (text) => {
    expect(problemOf(parse(text))).toMatch(/^wrong shape at the document: /);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 6 })), (text) => {
        const parsed = parse(text);
        expect(parsed.ok || parsed.problem.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is read or refused in one breath where it is nested a hundred thousand deep', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(parse(`{"manifests": ${deep}}`)).toMatchObject({ ok: expect.any(Boolean) });
    expect(parse(deep)).toMatchObject({ ok: false });
  });
});

describe('a manifest or index', () => {
  it('is an index where it has manifests, even none', () => {
    for (const manifests of [[], null, [descriptor]]) {
      expect(readAs(parseManifestOrIndex(json({ manifests })))?.kind).toBe('index');
    }
  });

  it.each([{ config: descriptor }, { layers: [] }, { blobs: [descriptor] }])('is a manifest with %j', (document) => {
    expect(readAs(parseManifestOrIndex(json(document)))).toMatchObject({ kind: 'manifest', document });
  });

  it.each([{}, { schemaVersion: 1, fsLayers: [] }, { config: null, layers: null }])(
    'is neither with %j',
    (document) => {
      expect(problemOf(parseManifestOrIndex(json(document)))).toMatch(/^wrong shape at the document: /);
    },
  );

  it.each([
    { manifests: [], layers: [] },
    { manifests: [], config: descriptor },
    { Manifests: [], layers: [] },
    { manifests: [], CONFIG: descriptor },
  ])('is refused where it is both: %j', (document) => {
    expect(problemOf(parseManifestOrIndex(json(document)))).toMatch(/at once$/);
  });

  it('may be an index that has the keys of a manifest with null', () => {
    expect(readAs(parseManifestOrIndex('{"manifests": [], "layers": null, "config": null}'))?.kind).toBe('index');
  });

  it.each([
    [{ layers: {} }, 'layers'],
    [{ layers: [1] }, 'layers.0'],
    [{ layers: [descriptor, { digest: 1, size: 1 }] }, 'layers.1.digest'],
    [{ layers: [{ digest: 'x' }] }, 'layers.0.size'],
    [{ layers: [{ digest: 'x', size: 1.5 }] }, 'layers.0.size'],
    [{ layers: [{ digest: 'x', size: '1' }] }, 'layers.0.size'],
    [{ manifests: [{ ...descriptor, annotations: { a: 1 } }] }, 'manifests.0.annotations.a'],
    [{ manifests: [{ ...descriptor, annotations: ['a'] }] }, 'manifests.0.annotations'],
    [{ manifests: [{ ...descriptor, platform: { os: 1 } }] }, 'manifests.0.platform.os'],
    [{ config: [] }, 'config'],
  ])('names the place that is wrong: %j', (document, place) => {
    expect(problemOf(parseManifestOrIndex(json(document)))).toContain(`wrong shape at ${place}: `);
  });

  it.each(['9007199254740992', '1e400', '-1e400'])('is refused with a size of %s', (size) => {
    expect(problemOf(parseManifestOrIndex(`{"layers": [{"digest": "x", "size": ${size}}]}`))).toContain(
      'layers.0.size',
    );
  });

  it.each(['-1', '0', '9007199254740991'])('is read with a size of %s', (size) => {
    expect(parseManifestOrIndex(`{"layers": [{"digest": "x", "size": ${size}}]}`).ok).toBe(true);
  });

  it('takes null for absent', () => {
    const nulls = { mediaType: null, annotations: null, platform: null, data: null, urls: null, artifactType: null };
    expect(parseIndex(json({ manifests: [{ ...descriptor, ...nulls }] })).ok).toBe(true);
    expect(parseIndex(json({ manifests: [{ ...descriptor, annotations: { a: null, b: 'c' } }] }))).toMatchObject({
      value: {
        manifests: [
          {
            annotations: new Map([
              ['a', ''],
              ['b', 'c'],
            ]),
          },
        ],
      },
    });
  });

  it('keeps annotations of any name as plain names', () => {
    const parsed = parseIndex(
      '{"manifests": [{"digest": "x", "size": 1, "annotations": {"__proto__": "a", "constructor": "b"}}]}',
    );
    expect([...(readAs(parsed)?.manifests?.[0]?.annotations ?? [])]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(Reflect.get({}, 'a')).toBe(undefined);
  });
});

describe('keys in other case', () => {
  it('are read and hinted at in the save manifest, as jib has them', () => {
    expect(parseSaveManifest('[{"config": "c", "repoTags": ["t"], "LAYERS": ["l"]}]')).toMatchObject({
      ok: true,
      value: [{ Config: 'c', RepoTags: ['t'], Layers: ['l'] }],
      remarks: [{ code: 'key-case', actual: 'config, repoTags, LAYERS' }],
    });
  });

  it('are read elsewhere, where readers of exact keys see another image', () => {
    expect(parseImageConfig('{"RootFS": {"Diff_IDs": ["x"]}, "History": [{"Empty_Layer": true}]}')).toMatchObject({
      ok: true,
      value: { rootfs: { diff_ids: ['x'] }, history: [{ empty_layer: true }] },
      remarks: [{ code: 'readers-disagree', actual: 'Diff_IDs, Empty_Layer, RootFS, History' }],
    });
  });

  it('are read inside of one that is written as it should be', () => {
    expect(parseImageConfig('{"rootfs": {"Diff_IDs": ["x"]}, "config": {"user": "1"}}')).toMatchObject({
      ok: true,
      value: { rootfs: { diff_ids: ['x'] }, config: { User: '1' } },
      remarks: [{ code: 'readers-disagree', actual: 'Diff_IDs, user' }],
    });
  });

  it('are two letters beyond ASCII, as in Go', () => {
    expect(readAs(parseManifestOrIndex('{"layer\u017f": []}'))).toEqual({ kind: 'manifest', document: { layers: [] } });
    expect(readAs(parseImageConfig('{"config": {"Healthchec\u212a": {}}}'))?.config).toEqual({ Healthcheck: {} });
  });

  it('are not told where they are written as they should be', () => {
    expect(parseSaveManifest('[{"Config": "c", "Unknown": 1}]')).toMatchObject({ ok: true, remarks: [] });
  });

  it('may stand there in what is not read', () => {
    const text = '{"x": {"Env": 1, "env": 2}, "config": {"Labels": {"a": "1", "A": "2"}}}';
    expect(parseImageConfig(text)).toMatchObject({ ok: true, remarks: [] });
  });
});

describe('the run configuration of an image', () => {
  const nested = (depth: number): string => `{"config": {"Unknown": ${'['.repeat(depth)}${']'.repeat(depth)}}}`;

  it('is kept as it is written', () => {
    const config = { Env: ['A=b'], Labels: { a: '1' }, Healthcheck: { Test: ['x'] }, Unknown: [{ deep: [1] }] };
    expect(readAs(parseImageConfig(json({ config })))?.config).toEqual(config);
  });

  it('may be nested as deep as the limit, and not deeper', () => {
    expect(parseImageConfig(nested(30)).ok).toBe(true);
    expect(problemOf(parseImageConfig(nested(40)))).toContain('configDepth');
    expect(problemOf(parseImageConfig(nested(9_000)))).toContain('configDepth');
    expect(problemOf(parseImageConfig(nested(1_000_000)))).toContain('nested deeper than 10000');
  });

  it.each(['1', '"a"', '[]'])('is refused as %s', (config) => {
    expect(problemOf(parseImageConfig(`{"config": ${config}}`))).toContain('config: expected an object');
  });
});

describe('the document repositories', () => {
  it('is a map of maps, in the order of the document', () => {
    const text = '{"b": {"2": "x", "1": "y"}, "__proto__": {"constructor": "z"}, "a": null}';
    expect(readAs(parseRepositories(text))).toEqual(
      new Map([
        [
          'b',
          new Map([
            ['1', 'y'],
            ['2', 'x'],
          ]),
        ],
        ['__proto__', new Map([['constructor', 'z']])],
      ]),
    );
  });

  it('may be null, which names no image', () => {
    expect(readAs(parseRepositories('null'))).toEqual(new Map());
  });
});

describe('the save manifest', () => {
  it.each([
    ['null', 'expected a list of save records, found null'],
    ['{}', 'expected a list, found object'],
    ['[{}]', '0.Config'],
    ['[{"Config": "a"}, {"Config": null}]', '1.Config'],
    ['[{"Config": "a", "Layers": [null]}]', '0.Layers.0'],
    ['[{"Config": "a", "RepoTags": "x"}]', '0.RepoTags'],
    ['[{"Config": "a", "LayerSources": []}]', '0.LayerSources'],
  ])('is refused as %s', (text, problem) => {
    expect(problemOf(parseSaveManifest(text))).toContain(problem);
  });

  it('may leave out tags and layers', () => {
    expect(
      readAs(parseSaveManifest('[{"Config": "a"}, {"Config": "b", "RepoTags": null, "Layers": null}]')),
    ).toHaveLength(2);
  });
});

describe('a document that is made of wrong items', () => {
  it('costs one look, not one fault for each', () => {
    const items = Array.from({ length: 500_000 }, () => 1).join(',');
    expect(problemOf(parseIndex(`{"manifests": [${items}]}`))).toMatch(/manifests\.0/);
    expect(problemOf(parseSaveManifest(`[{"Config": "a", "Layers": [${items}]}]`))).toMatch(/0\.Layers\.0/);
    expect(problemOf(parseImageConfig(`{"rootfs": {"diff_ids": [${items}]}}`))).toMatch(/rootfs\.diff_ids\.0/);
  });
});

describe('a document that is written anew', () => {
  const digests = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
  const descriptors = fc.record({
    mediaType: fc.string(),
    digest: digests.map((hex) => `sha256:${hex}`),
    size: fc.nat(),
  });

  it('is read as what was written: a manifest', () => {
    fc.assert(
      fc.property(descriptors, fc.array(descriptors), (config, layers) => {
        expect(readAs(parseManifestOrIndex(json({ config, layers })))).toEqual({
          kind: 'manifest',
          document: { config, layers },
        });
      }),
    );
  });

  it('is read as what was written: a save manifest', () => {
    const records = fc.array(
      fc.record({ Config: fc.string(), RepoTags: fc.array(fc.string()), Layers: fc.array(fc.string()) }),
    );
    fc.assert(
      fc.property(records, (list) => {
        expect(readAs(parseSaveManifest(json(list)))).toEqual(list);
      }),
    );
  });
});
