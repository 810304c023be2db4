/**
 * Digests and sizes that are no digests and sizes: other case, other length, paths in their place; negative, fractional,
 * beyond what a number can hold. Each is an error, and none leads out of the folder of blobs.
 */
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  dockerSave,
  type Entry,
  file,
  image,
  layer,
  ociLayout,
  ociManifest,
  rawTar,
  replaceContent,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { errorsOf, scanBytes, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const node = withoutPlatform(ociManifest(tiny));
const layout = ociLayout([node]);
const { digest, size, mediaType } = node.descriptor;
const hex = digest.slice('sha256:'.length);
const withDescriptor = (text: string): Entry[] => replaceContent(layout, 'index.json', `{"manifests": [${text}]}`);
const descriptor = (fields: object): string => JSON.stringify({ mediaType, digest, size, ...fields });

describe('a digest', () => {
  it.each([
    ['in upper case', `sha256:${hex.toUpperCase()}`],
    ['with an algorithm in upper case', `SHA256:${hex}`],
    ['that is too short', `sha256:${hex.slice(1)}`],
    ['that is too long', `sha256:${hex}0`],
    ['of another length than its algorithm has', `sha512:${hex}`],
    ['with a path in it', `sha256:../sha256/${hex}`],
    ['that is a path', '../../etc/passwd'],
    ['with a line break', `${digest}\n`],
    ['without an algorithm', hex],
    ['that is very long', `sha256:${'a'.repeat(1_000_000)}`],
    ['of very many parts', `${'a.'.repeat(500_000)}b:${hex}`],
  ])('is invalid %s', async (_, text) => {
    const record = await scanEntries(withDescriptor(descriptor({ digest: text })));
    expect(errorsOf(record)).toEqual(['document-invalid']);
    expect(record.images).toEqual([]);
  });

  it('is valid as it should be', async () => {
    expect((await scanEntries(withDescriptor(descriptor({})))).status).toBe('ok');
  });

  it('in a name in upper case claims nothing, and nothing finds the blob', async () => {
    const renamed = layout.map((entry) =>
      entry.name === blobPath(digest) ? { ...entry, name: `blobs/sha256/${hex.toUpperCase()}` } : entry,
    );
    const record = await scanEntries(renamed);
    expect(errorsOf(record)).toEqual(['blob-missing']);
  });
});

describe('the size in a descriptor', () => {
  it.each(['-1', '0', '9007199254740991', String(size + 1)])('is a mismatch as %s', async (text) => {
    const record = await scanEntries(withDescriptor(descriptor({}).replace(`"size":${size}`, `"size":${text}`)));
    expect(errorsOf(record)).toEqual(['size-mismatch']);
  });

  it.each(['1.5', '9007199254740993', '1e30', '1e999', '-1e999', '"1"', 'null', 'true', '[]'])(
    'is invalid as %s',
    async (text) => {
      const record = await scanEntries(withDescriptor(descriptor({}).replace(`"size":${size}`, `"size":${text}`)));
      expect(errorsOf(record)).toEqual(['document-invalid']);
    },
  );

  it('is refused with an exponent, as Go refuses it, though it is a whole number', async () => {
    const text = `"size":${size / 10}e1`;
    expect((await scanEntries(withDescriptor(descriptor({}).replace(`"size":${size}`, text)))).status).toBe('failed');
  });
});

describe('the size in a header', () => {
  const crane = dockerSave([tiny], { variant: 'crane' });

  it.each([
    ['beyond the file', { claimedSizeBytes: 8 ** 11 - 1 }, 'archive-truncated'],
    [
      'beyond the file, in base 256',
      { claimedSizeBytes: 2 ** 52, sizeEncoding: 'base-256' as const },
      'archive-truncated',
    ],
    ['beyond 2^53', { claimedSizeBytes: 2 ** 60, sizeEncoding: 'base-256' as const }, 'header-invalid'],
    ['negative', { pax: { size: '-1' } }, 'header-invalid'],
    ['no number', { pax: { size: 'many' } }, 'header-invalid'],
    ['beyond 2^53 in a PAX record', { pax: { size: '99999999999999999999' } }, 'header-invalid'],
  ])('is an error %s, and what comes before it is read', async (_, fields, code) => {
    const record = await scanBytes(rawTar([...crane, { name: 'last', ...fields }]));
    expect(errorsOf(record)).toEqual([code]);
    expect(record.images).toHaveLength(1);
  });

  it('is right in base 256', async () => {
    const last = { ...file('last', 'x'), sizeEncoding: 'base-256' as const };
    expect(errorsOf(await scanBytes(rawTar([...crane, last])))).toEqual([]);
  });
});
