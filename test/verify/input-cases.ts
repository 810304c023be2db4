/** Archives in whose bytes something is wrong, before any document is read: what must be found in each. */
import { hash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { scan } from '../../src/scan/scan.js';
import { appImage } from '../formats/images.js';
import {
  file,
  flipByte,
  flipEntryByte,
  gzip,
  image,
  randomLayer,
  rawTar,
  replaceContent,
  seededRandom,
  symlink,
  tar,
} from '../helpers/archive-builder.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { caseList, crane, type FindingCase, firstOf, layout, layoutOf, none } from './finding-case.js';
import { offsetOf, recordOf, scanFiles } from './scan-bytes.js';

const { cases, raise, inArchive } = caseList();

raise('error', 'input-unreadable', 'a file that is not there', async () => ({
  record: firstOf((await scan(['/no/such/archive.tar'], { workers: 0 })).archives),
  expected: { ...none, offsetBytes: null },
}));
raise('error', 'input-changed', 'a file that grows behind its end while it is read', async () => {
  const onProgress = ({ path }: { readonly path: string }): void => appendFileSync(path, 'more');
  return { record: firstOf((await scanFiles([await tar(layout)], { onProgress })).archives), expected: none };
});
inArchive('error', 'not-an-image-archive', 'a tar of something else', [file('readme.txt', 'hello')], () => ({
  ...none,
  offsetBytes: null,
}));
raise('error', 'archive-truncated', 'an archive that is cut inside an entry', async () => {
  const bytes = await tar(layout);
  const end = offsetOf(bytes, 'oci-layout') + 512 + 5;
  return {
    record: await recordOf(bytes.subarray(0, end)),
    expected: { subject: 'oci-layout', expected: '30 bytes', actual: '5 bytes', offsetBytes: end },
  };
});
raise('error', 'archive-truncated', 'an archive that is cut inside its compression', async () => {
  const bytes = gzip(await tar(layout), { level: 0 });
  return { record: await recordOf(bytes.subarray(0, bytes.length - 900)), expected: none };
});
raise('error', 'archive-undecodable', 'an archive whose compression is damaged', async () => {
  const large = image({ layers: [randomLayer(seededRandom(3), { sizeBytes: 1024 * 1024 })] });
  const bytes = gzip(await tar(layoutOf(large)), { level: 0 });
  return { record: await recordOf(flipByte(bytes, bytes.length - 8)), expected: none };
});
raise('error', 'part-missing', 'numbered parts with a gap', () =>
  inTemporaryFolder(async ({ at, write }) => {
    const bytes = await tar(layout);
    write({ 'x.part0': bytes.subarray(0, 4096), 'x.part2': bytes.subarray(8192) });
    const { archives } = await scan([at('x.part0')], { workers: 0 });
    return { record: firstOf(archives), expected: { ...none, subject: at('x.part1') } };
  }),
);
raise('error', 'part-changed', 'a part that is longer than its list says', () =>
  inTemporaryFolder(async ({ at, write }) => {
    const bytes = await tar(layout);
    const digest = `sha256:${'0'.repeat(64)}`;
    const parts = [
      { name: 'a', sizeBytes: 4096, digest: `sha256:${hash('sha256', bytes.subarray(0, 4096))}` },
      { name: 'b', sizeBytes: bytes.length - 4096, digest },
    ];
    const list = { kind: 'varve.parts', schemaVersion: 1, name: 'x', sizeBytes: bytes.length, parts };
    write({ a: bytes.subarray(0, 4096), b: Buffer.concat([bytes, Buffer.alloc(1)]), list: JSON.stringify(list) });
    const { archives } = await scan([at('list')], { workers: 0 });
    const sizes = { expected: `${bytes.length - 4096} bytes`, actual: `${bytes.length + 1} bytes` };
    return { record: firstOf(archives), expected: { ...sizes, subject: at('b') } };
  }),
);
raise('error', 'header-invalid', 'a header whose checksum is wrong', async () => {
  const bytes = rawTar([...layout, { name: 'broken', checksum: 'wrong' }, file('unseen', '')]);
  return { record: await recordOf(bytes), expected: { ...none, offsetBytes: offsetOf(bytes, 'broken') } };
});
raise('error', 'readers-disagree', 'a folder that claims a body', async () => {
  const bytes = rawTar([...layout, { name: 'folder', type: 'directory', claimedSizeBytes: 512 }]);
  return {
    record: await recordOf(bytes),
    expected: { ...none, subject: 'folder', offsetBytes: offsetOf(bytes, 'folder') },
  };
});
inArchive(
  'error',
  'limit-exceeded',
  'a document that is larger than is read',
  replaceContent(crane, 'manifest.json', Buffer.alloc(8 * 1024 * 1024 + 1, ' ')),
  (offset) => ({ subject: 'manifest.json', offsetBytes: offset('manifest.json') }),
);
inArchive('error', 'path-escape', 'a name that climbs out', [...crane, file('../evil', 'x')], (offset) => ({
  subject: '../evil',
  offsetBytes: offset('../evil'),
}));
inArchive('error', 'path-escape', 'a link that leads out', [...crane, symlink('way', '/etc')], (offset) => ({
  subject: 'way',
  offsetBytes: offset('way'),
}));
inArchive(
  'error',
  'entry-ambiguous',
  'two bodies under one name',
  [file('manifest.json', '[]'), ...crane],
  (offset) => ({ subject: 'manifest.json', actual: '2 bytes', offsetBytes: offset('manifest.json', 'first') }),
);
inArchive(
  'error',
  'entry-ambiguous',
  'two bodies of one size under one name',
  [...flipEntryByte([file(appImage.id, appImage.config)], appImage.id, 3), ...crane],
  (offset) => ({ subject: appImage.id, expected: appImage.id, offsetBytes: offset(appImage.id, 'first') }),
);

inArchive(
  'error',
  'entry-ambiguous',
  'documents below a link',
  [...crane, symlink('d', '.'), file('d/manifest.json', '[]')],
  (offset) => ({
    subject: 'd/manifest.json',
    expected: 'a directory',
    actual: 'a symlink to .',
    offsetBytes: offset('d/manifest.json'),
  }),
);

export const inputCases: readonly FindingCase[] = cases;
