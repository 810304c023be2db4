/** Documents with other digests in them: nothing else changes, and what cannot be said without a doubt is not said. */
import { describe, expect, it } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import { type DocumentChanges, rewritten } from '../../../src/pack/recode/rewritten-documents.js';

const digest = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);
const target = { digest: digest('b'), sizeBytes: 7, mediaType: 'application/vnd.oci.image.layer.v1.tar' };
const none: DocumentChanges['changes'] = {
  targets: new Map(),
  types: new Map(),
  described: new Map(),
  gone: new Set(),
};
const same = { subject: null, mediaType: null, configType: null };
const firstLayer: DocumentChanges = {
  list: 'layers',
  changes: { ...none, targets: new Map([[0, target]]) },
  ...same,
};

const config = `{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${digest('c')}","size":2}`;
const layer = (digestKey = 'digest', more = ''): string =>
  `{ "mediaType" : "application/vnd.oci.image.layer.v1.tar+gzip",\n  "${digestKey}": "${digest('a')}", "size" :10${more} }`;
const manifest = (layers: string, more = ''): string =>
  `{\n\t"schemaVersion": 2,\r\n "config": ${config}, "layers": [\n ${layers} ]${more} , "x-own": {"Layers": [1.50, "\\u0061"]}\n}\n`;

describe('a manifest', () => {
  it('keeps its spaces, its keys, its numbers and what nobody knows', () => {
    const before = manifest(layer());
    const expected = before.replace(digest('a'), digest('b')).replace(':10', ':7').replace('.v1.tar+gzip', '.v1.tar');
    expect(rewritten(before, firstLayer)).toBe(expected);
  });

  it('points its subject to something else', () => {
    const subject = `, "subject": {"mediaType":"m","digest":"${digest('d')}","size":3}`;
    const before = manifest(layer(), subject);
    const moved = { ...target, mediaType: null };
    expect(rewritten(before, { ...same, list: 'layers', changes: none, subject: moved })).toBe(
      before.replace(digest('d'), digest('b')).replace('"size":3', '"size":7'),
    );
  });

  it.each([
    ['a digest under a key in other letters', manifest(layer('Digest'))],
    ['a digest that stands there twice', manifest(layer('digest', `, "digest": "${digest('d')}"`))],
    ['two lists of layers', manifest(layer(), `, "layers": [${layer()}]`)],
    ['a list of layers in other letters', manifest(layer()).replace('"layers"', '"LAYERS"')],
    ['bytes of its own under a key in other letters', manifest(layer('digest', ', "Data": "eA=="'))],
    ['no layers', `{"schemaVersion":2,"config":${config}}`],
  ])('is not rewritten where it has %s', (_, text) => {
    expect(rewritten(text, firstLayer)).toBeNull();
  });
});

describe('an index', () => {
  it('loses items, and says of others what they describe now', () => {
    const child = (letter: string, more = ''): string => `{"digest":"${digest(letter)}","size":5${more}}`;
    const described = `,"annotations":{"vnd.docker.reference.digest":"${digest('a')}"}`;
    const before = `{"schemaVersion":2,"manifests":[${child('a')}, ${child('e')}, ${child('f', described)}]}`;
    const changes = {
      ...none,
      targets: new Map([[0, { ...target, mediaType: null }]]),
      described: new Map([[2, digest('b')]]),
      gone: new Set([1]),
    };
    expect(rewritten(before, { ...same, list: 'manifests', changes })).toBe(
      `{"schemaVersion":2,"manifests":[{"digest":"${digest('b')}","size":7}, ${child('f', described.replace(digest('a'), digest('b')))}]}`,
    );
  });
});
