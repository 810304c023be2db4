/**
 * Archives that other tools load without a word though their content is not what their digests say. Each is an error
 * here; only one that was digested anew throughout agrees with itself, and that one an expectation finds.
 */
import { describe, expect, it } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { expectImages, parseExpectation } from '../../src/verify/expectations.js';
import { appImage, settings } from '../formats/images.js';
import {
  blobPath,
  changeEntry,
  dockerSave,
  type Entry,
  findEntry,
  hexOf,
  image,
  layer,
  ociLayout,
  ociManifest,
  replaceContent,
  tagged,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { codesOf, entryOf, recordOfEntries, scanFiles } from './scan-bytes.js';

const tag = appImage.tags[0] ?? '';
const node = withoutPlatform(ociManifest(appImage, { compression: 'none' }));
const orphan = Buffer.from('{"some": "attestation"}');
const layout = ociLayout(tagged(node, appImage.tags), { orphans: [orphan] });
const manifestName = blobPath(node.descriptor.digest);

/** The config with another command, of the same length. */
const evilConfig = Buffer.from(appImage.config.toString().replaceAll('/srv/app', '/tmp/bad'));
const evilLayer = layer({ files: [{ path: 'etc/app.conf', content: 'setting = 2\n' }] });

/** Where each writer puts config and top layer. */
const places = [
  ['docker before 25', dockerSave([appImage], { variant: 'legacy' }), `${hexOf(appImage.id)}.json`, null],
  ['docker since 25', dockerSave([appImage], { variant: 'hybrid' }), blobPath(appImage.id), blobPath(settings.diffId)],
  [
    'podman',
    dockerSave([appImage], { variant: 'podman' }),
    `${hexOf(appImage.id)}.json`,
    `${hexOf(settings.diffId)}.tar`,
  ],
  [
    'crane',
    dockerSave([appImage], { variant: 'crane', compression: 'none' }),
    appImage.id,
    `${hexOf(settings.diffId)}.tar`,
  ],
  ['an OCI layout', layout, blobPath(appImage.id), blobPath(settings.diffId)],
] as const;

const layerOf = (entries: readonly Entry[], name: string | null): string =>
  name ?? entries.find(({ content }) => content.equals(settings.tar))?.name ?? '';

describe.each(places)('an archive of %s', (_, entries, configName, layerName) => {
  it('fails where the config was changed under its old name', async () => {
    const record = await recordOfEntries(replaceContent(entries, configName, evilConfig));
    const code = configName.startsWith('blobs/') ? 'digest-mismatch' : 'config-name-mismatch';
    expect(record.status).toBe('failed');
    expect(codesOf(record, 'error')).toEqual([code]);
    expect(entryOf(record, configName).intact).toBe(false);
  });

  it('fails where a layer was changed under its old name', async () => {
    const name = layerOf(entries, layerName);
    const record = await recordOfEntries(replaceContent(entries, name, evilLayer.tar));
    expect(record.status).toBe('failed');
    expect(codesOf(record, 'error')).toContain('diffid-mismatch');
    expect(entryOf(record, name).intact).toBe(false);
  });

  it('fails where layer and config were changed together under their old names', async () => {
    const config = Buffer.from(appImage.config.toString().replaceAll(settings.diffId, evilLayer.diffId));
    const changed = replaceContent(entries, layerOf(entries, layerName), evilLayer.tar);
    const record = await recordOfEntries(replaceContent(changed, configName, config));
    const code = configName.startsWith('blobs/') ? 'digest-mismatch' : 'config-name-mismatch';
    expect(record.status).toBe('failed');
    expect(codesOf(record, 'error')).toContain(code);
    expect(codesOf(record, 'error')).not.toContain('diffid-mismatch');
  });

  it.each(['first', 'last'])('fails where another config of the same name comes %s', async (which) => {
    const evil = { ...findEntry(entries, configName), content: evilConfig };
    const record = await recordOfEntries(which === 'first' ? [evil, ...entries] : [...entries, evil]);
    expect(record.status).toBe('failed');
    expect(codesOf(record, 'error')).toContain('entry-ambiguous');
  });

  it('passes where the same entry comes twice with the same bytes', async () => {
    const record = await recordOfEntries([findEntry(entries, configName), ...entries]);
    expect([record.status, codesOf(record, 'error')]).toEqual(['ok', []]);
    expect(codesOf(record, 'hint')).toContain('entry-repeated');
  });
});

describe('a layout', () => {
  it('fails where the manifest is not the one that index.json names', async () => {
    const other = changeEntry(layout, manifestName, (entry) => ({
      ...entry,
      content: Buffer.from(entry.content.toString().replace('"schemaVersion":2', '"schemaVersion":2 ')),
    }));
    const record = await recordOfEntries(other);
    expect(codesOf(record, 'error')).toEqual(['digest-mismatch', 'size-mismatch']);
    expect(entryOf(record, manifestName).intact).toBe(false);
  });

  it('fails where a blob is damaged that nothing needs', async () => {
    const name = blobPath(`sha256:${hexOf(image({ layers: [] }).id)}`);
    const record = await recordOfEntries([...layout, { name, content: orphan }]);
    expect(record.status).toBe('failed');
    expect(codesOf(record, 'error')).toEqual(['digest-mismatch']);
  });

  it('fails where a second manifest.json of another image follows', async () => {
    const other = image({ layers: [evilLayer], tags: appImage.tags });
    const first = dockerSave([appImage], { variant: 'crane' });
    const record = await recordOfEntries([...first, ...dockerSave([other], { variant: 'crane' })]);
    expect(codesOf(record, 'error')).toEqual(['entry-ambiguous']);
  });
});

describe('an archive that was changed and digested anew throughout', () => {
  const evil = image({
    layers: [...appImage.layers.slice(0, -1), evilLayer],
    config: { Cmd: ['/tmp/bad'] },
    tags: appImage.tags,
  });
  const forged = ociLayout(tagged(withoutPlatform(ociManifest(evil)), evil.tags));
  const verify = async (entries: readonly Entry[], ...expected: string[]): Promise<ArchiveRecord | undefined> =>
    expectImages(await scanFiles([await tar(entries)]), expected.map(parseExpectation)).archives[0];

  it('agrees with itself', async () => {
    const record = await verify(forged);
    expect([record?.status, record?.findings]).toEqual(['ok', []]);
  });

  it('is found by the image ID or the manifest digest that was expected', async () => {
    for (const digest of [appImage.id, node.descriptor.digest]) {
      const record = await verify(forged, `${tag}=${digest}`);
      expect(record).toMatchObject({
        status: 'failed',
        findings: [{ code: 'expectation-failed', expected: digest, actual: evil.id }],
      });
    }
  });

  it('is the only one that an expectation turns away', async () => {
    for (const digest of [appImage.id, node.descriptor.digest]) {
      const record = await verify(layout, `${tag}=${digest}`);
      expect(record?.status).toBe('ok');
    }
  });
});
