/**
 * One archive or more for each finding code, with the finding that must come of it. The table is what the test of the
 * registry and the test of the documents are held to: a code without a case fails, and so does a case without a code.
 */
import { appendFileSync } from 'node:fs';
import { report } from '../../src/analysis/report.js';
import type { Finding } from '../../src/model/finding.js';
import type { ArchiveRecord } from '../../src/model/inventory.js';
import { scan } from '../../src/scan.js';
import { expectImages, parseExpectation } from '../../src/verify/expectations.js';
import { appImage, armManifest, baseImage, program, shell } from '../formats/images.js';
import {
  absent,
  blobPath,
  compress,
  describe,
  dockerSave,
  dropEntry,
  type Entry,
  editJson,
  file,
  flipByte,
  flipEntryByte,
  gzip,
  hexOf,
  type ImageSpec,
  image,
  inlineData,
  layer,
  layerFromTar,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  randomLayer,
  rawTar,
  replaceContent,
  seededRandom,
  symlink,
  tagged,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { sparseFile } from '../helpers/sparse-files.js';
import { offsetOf, recordOf, recordOfFolder, scanFiles } from './scan-bytes.js';

type Expected = Partial<Omit<Finding, 'code' | 'severity' | 'message'>>;

/** An archive and the finding that it must have. */
export interface FindingCase {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  /** Ends the sentence "is raised for …". */
  readonly when: string;
  readonly run: () => Promise<{ readonly record: ArchiveRecord; readonly expected: Expected }>;
}

const cases: FindingCase[] = [];

function raise(severity: FindingCase['severity'], code: string, when: string, run: FindingCase['run']): void {
  cases.push({ code, severity, when, run });
}

/** A case of an archive of entries; `expect` gets its bytes, to say where something stands. */
function inArchive(
  severity: FindingCase['severity'],
  code: string,
  when: string,
  entries: readonly Entry[],
  expect: (offset: (name: string, which?: 'first' | 'last') => number) => Expected,
): void {
  raise(severity, code, when, async () => {
    const bytes = await tar(entries);
    return { record: await recordOf(bytes), expected: expect((name, which) => offsetOf(bytes, name, which)) };
  });
}

function firstOf(archives: readonly ArchiveRecord[]): ArchiveRecord {
  return archives[0] as ArchiveRecord;
}

const none = { subject: null, expected: null, actual: null };
const legacy = dockerSave([appImage], { variant: 'legacy' });
const crane = dockerSave([appImage], { variant: 'crane' });
const podman = dockerSave([appImage], { variant: 'podman' });
const hybrid = dockerSave([appImage], { variant: 'hybrid' });
const plain = withoutPlatform(ociManifest(appImage, { compression: 'none' }));
const layout = ociLayout([plain]);
const shellName = blobPath(shell.diffId);
const configName = `${hexOf(appImage.id)}.json`;
const layoutOf = (spec: ImageSpec): Entry[] => ociLayout([ociManifest(spec, { compression: 'none' })]);
const podmanOf = (content: Buffer): Entry[] =>
  dockerSave([image({ layers: [layerFromTar(content)] })], { variant: 'podman' });
const nameOf = (content: Buffer): string => `${hexOf(layerFromTar(content).diffId)}.tar`;
const stored = (content: Buffer, mediaType: string): OciNode =>
  ociManifest(baseImage, { compression: (of) => ({ ...compress(of, 'none', { mediaType }), content }) });

// The input as a whole.

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

// Documents.

inArchive(
  'error',
  'readers-disagree',
  'a document with bytes that are no UTF-8',
  replaceContent(layout, 'oci-layout', Buffer.from('{"imageLayoutVersion": "1.0.0", "x": "\xe9"}', 'latin1')),
  (offset) => ({ subject: 'oci-layout', offsetBytes: offset('oci-layout') }),
);
inArchive(
  'error',
  'readers-disagree',
  'a document with more behind its first value',
  replaceContent(layout, 'oci-layout', '{"imageLayoutVersion": "1.0.0"}{}'),
  (offset) => ({ subject: 'oci-layout', offsetBytes: offset('oci-layout') }),
);
inArchive(
  'error',
  'key-ambiguous',
  'a key that stands in a document with two values',
  replaceContent(layout, 'oci-layout', '{"imageLayoutVersion": "1.1.0", "imageLayoutVersion": "1.0.0"}'),
  (offset) => ({
    subject: 'oci-layout',
    expected: '"1.0.0"',
    actual: '"1.1.0"',
    offsetBytes: offset('oci-layout'),
  }),
);
inArchive(
  'hint',
  'key-repeated',
  'a key that stands in a document with one value twice',
  replaceContent(layout, 'oci-layout', '{"imageLayoutVersion": "1.0.0", "imageLayoutVersion": "1.0.0"}'),
  (offset) => ({ subject: 'oci-layout', offsetBytes: offset('oci-layout') }),
);
inArchive('error', 'document-missing', 'a layout without index.json', dropEntry(layout, 'index.json'), () => ({
  subject: 'index.json',
  expected: 'a file',
  actual: 'absent',
  offsetBytes: null,
}));
inArchive(
  'error',
  'document-invalid',
  'a document that is no JSON',
  replaceContent(layout, 'index.json', '{'),
  (offset) => ({
    subject: 'index.json',
    offsetBytes: offset('index.json'),
  }),
);
inArchive(
  'error',
  'document-invalid',
  'a text that is no digest',
  editJson<{ manifests: object[] }>(layout, 'index.json', ({ manifests: [first] }) => ({
    manifests: [{ ...first, digest: 'sha256:zz' }],
  })),
  () => ({
    subject: 'index.json manifests[0]',
    expected: '<algorithm>:<lower-case hex>',
    actual: 'sha256:zz',
    offsetBytes: null,
  }),
);

// Claims against bytes.

inArchive(
  'error',
  'digest-mismatch',
  'a blob with a changed byte',
  flipEntryByte(layout, shellName, 700),
  (offset) => ({
    subject: shellName,
    expected: shell.diffId,
    actual: layerFromTar(flipByte(shell.tar, 700)).diffId,
    offsetBytes: offset(shellName),
  }),
);
inArchive(
  'error',
  'digest-mismatch',
  'inline data that is not the blob',
  ociLayout([describe(inlineData(plain), { data: Buffer.from('{}').toString('base64') })]),
  () => ({
    subject: 'index.json manifests[0]',
    expected: plain.descriptor.digest,
    actual: layerFromTar(Buffer.from('{}')).diffId,
    offsetBytes: null,
  }),
);
inArchive(
  'error',
  'config-name-mismatch',
  'a config with a changed byte',
  replaceContent(legacy, configName, Buffer.from(`${appImage.config} `)),
  (offset) => ({ subject: configName, expected: appImage.id, offsetBytes: offset(configName) }),
);
inArchive(
  'error',
  'size-mismatch',
  'a descriptor with another size',
  editJson<{ manifests: { size: number }[] }>(layout, 'index.json', (index) => ({
    ...index,
    manifests: index.manifests.map((one) => ({ ...one, size: one.size + 1 })),
  })),
  (offset) => {
    const size = plain.blobs[0]?.content.length ?? 0;
    const name = blobPath(plain.descriptor.digest);
    return { subject: name, expected: `${size + 1} bytes`, actual: `${size} bytes`, offsetBytes: offset(name) };
  },
);
inArchive(
  'error',
  'diffid-mismatch',
  'a layer that is not the one in the config',
  dockerSave([image({ layers: [shell], overrides: { rootfs: { diff_ids: [program.diffId] } } })], {
    variant: 'podman',
  }),
  (offset) => {
    const name = `${hexOf(shell.diffId)}.tar`;
    return { subject: name, expected: program.diffId, actual: shell.diffId, offsetBytes: offset(name) };
  },
);
inArchive(
  'error',
  'media-type-mismatch',
  'a manifest that is called an index',
  ociLayout([describe(plain, { mediaType: 'application/vnd.oci.image.index.v1+json' })]),
  () => ({
    subject: plain.descriptor.digest,
    expected: 'application/vnd.oci.image.index.v1+json',
    actual: 'application/vnd.oci.image.manifest.v1+json',
    offsetBytes: null,
  }),
);
inArchive(
  'error',
  'layer-count-mismatch',
  'a config with fewer diffIDs than layers',
  layoutOf(image({ layers: [shell, program], overrides: { rootfs: { diff_ids: [shell.diffId] } } })),
  () => ({ expected: '1 layers', actual: '2 layers', offsetBytes: null }),
);
const damaged = flipByte(gzip(shell.tar), gzip(shell.tar).length - 6);
inArchive(
  'error',
  'layer-undecodable',
  'a layer that is damaged gzip',
  dockerSave([image({ layers: [shell] })], {
    variant: 'crane',
    compression: (of) => ({ ...compress(of, 'gzip'), content: damaged }),
  }),
  () => ({ expected: null, actual: null }),
);
const noise = seededRandom(5).bytes(2048);
inArchive('error', 'layer-not-tar', 'a layer that is no tar', podmanOf(noise), (offset) => ({
  subject: nameOf(noise),
  offsetBytes: offset(nameOf(noise)),
}));
inArchive('error', 'blob-missing', 'a layer that is absent', dropEntry(layout, shellName), () => ({
  subject: shell.diffId,
  offsetBytes: null,
}));
const loopId = 'a'.repeat(64);
inArchive(
  'error',
  'parent-loop',
  'a v1 layer that is its own parent',
  [file(`${loopId}/json`, `{"parent": "${loopId}"}`), file(`${loopId}/layer.tar`, shell.tar)],
  () => ({ subject: loopId, offsetBytes: null }),
);
raise('error', 'expectation-failed', 'an image that is not the one that was expected', async () => {
  const reference = appImage.tags[0] ?? '';
  const expectation = parseExpectation(`${reference}=${baseImage.id}`);
  const inventory = expectImages(await scanFiles([await tar(crane)]), [expectation]);
  return {
    record: firstOf(inventory.archives),
    expected: { subject: reference, expected: baseImage.id, actual: appImage.id, offsetBytes: null },
  };
});

// Odd, and worth repair.

inArchive('warning', 'oci-layout-missing', 'a layout without that file', dropEntry(layout, 'oci-layout'), () => ({
  subject: 'oci-layout',
  offsetBytes: null,
}));
raise('warning', 'layout-empty', 'a layout without a manifest among archives', async () => ({
  record: await recordOfFolder([
    file('index.json', '{"manifests":[]}'),
    file('oci-layout', '{}'),
    file('a.tar', rawTar([])),
  ]),
  expected: { subject: 'index.json', expected: 'a manifest', actual: 'none', offsetBytes: null },
}));
inArchive(
  'warning',
  'compression-mismatch',
  'a plain layer that is called gzip',
  ociLayout([stored(shell.tar, 'application/vnd.oci.image.layer.v1.tar+gzip')]),
  (offset) => ({ subject: shellName, expected: 'gzip', actual: 'none', offsetBytes: offset(shellName) }),
);
inArchive('warning', 'layer-empty', 'a layer of no byte', podmanOf(Buffer.alloc(0)), (offset) => ({
  subject: nameOf(Buffer.alloc(0)),
  offsetBytes: offset(nameOf(Buffer.alloc(0))),
}));
raise('warning', 'end-blocks-missing', 'a tar without its end', async () => {
  const bytes = await tar(layout, { endBlocks: 0 });
  return { record: await recordOf(bytes), expected: { ...none, offsetBytes: bytes.length } };
});
inArchive(
  'warning',
  'index-incomplete',
  'an image that only manifest.json lists',
  editJson<object>(hybrid, 'index.json', (index) => ({ ...index, manifests: null })),
  () => ({ subject: appImage.tags[0] ?? '', offsetBytes: null }),
);
raise('warning', 'entry-form-refused', 'a sparse file in the form of old GNU tar', async () => {
  const content = Buffer.alloc(1024, 'x');
  const bytes = rawTar([...layout, ...sparseFile('sparse', content, [{ offset: 0, sizeBytes: 1024 }], 'gnu')]);
  return {
    record: await recordOf(bytes),
    expected: { ...none, subject: 'sparse', offsetBytes: offsetOf(bytes, 'sparse') },
  };
});
inArchive(
  'warning',
  'platform-mismatch',
  'an index that names another platform than the config',
  ociLayout([ociIndex([describe(ociManifest(appImage), { platform: { os: 'linux', architecture: 's390x' } })])]),
  () => ({ expected: 'linux/s390x', actual: 'linux/amd64', offsetBytes: null }),
);
inArchive(
  'warning',
  'tag-ambiguous',
  'one tag on two images of one platform',
  ociLayout([appImage, baseImage].flatMap((spec) => tagged(ociManifest(spec), ['a.example/x:1']))),
  () => ({ subject: 'a.example/x:1', offsetBytes: null }),
);
const annotated = (annotations: Readonly<Record<string, string>>): Entry[] =>
  ociLayout([describe(withoutPlatform(ociManifest(appImage)), { annotations })]);
inArchive(
  'error',
  'names-differ',
  'two annotations with different full names',
  annotated({ 'io.containerd.image.name': 'a.example/x:1', 'org.opencontainers.image.ref.name': 'b.example/y:1' }),
  () => ({ expected: 'a.example/x:1', actual: 'b.example/y:1', offsetBytes: null }),
);
inArchive(
  'error',
  'layout-version-unknown',
  'a layout of a version that does not exist',
  replaceContent(annotated({}), 'oci-layout', '{"imageLayoutVersion":"9.9.9"}'),
  () => ({ subject: 'oci-layout', expected: '1.0.0', actual: '9.9.9', offsetBytes: null }),
);
inArchive(
  'warning',
  'name-invalid',
  'a name in capitals',
  annotated({ 'io.containerd.image.name': 'a.example/X:1' }),
  () => ({
    subject: 'a.example/X:1',
    offsetBytes: null,
  }),
);
const otherDigest = `sha256:${'a'.repeat(64)}`;
inArchive(
  'warning',
  'name-digest-mismatch',
  'a name with the digest of something else',
  annotated({ 'org.opencontainers.image.ref.name': `a.example/x:1@${otherDigest}` }),
  () => ({
    subject: `a.example/x:1@${otherDigest}`,
    expected: otherDigest,
    actual: ociManifest(appImage).descriptor.digest,
    offsetBytes: null,
  }),
);
const twice = layer({
  files: [
    { path: 'a', content: '1' },
    { path: './a', content: '2' },
  ],
});
inArchive(
  'warning',
  'nothing-compared',
  'documents that name no digest',
  dockerSave([appImage], { variant: 'v1' }),
  () => ({
    ...none,
    offsetBytes: null,
  }),
);
inArchive(
  'warning',
  'path-not-portable',
  'blobs behind a link to a folder',
  [...layout.map((entry) => ({ ...entry, name: entry.name.replace(/^blobs/, 'store') })), symlink('blobs', 'store')],
  (offset) => ({ subject: 'blobs', offsetBytes: offset('blobs') }),
);
inArchive('warning', 'layer-path-duplicate', 'a layer with a path twice', podmanOf(twice.tar), (offset) => ({
  subject: nameOf(twice.tar),
  offsetBytes: offset(nameOf(twice.tar)),
}));

// Odd, and normal in the field.

inArchive(
  'hint',
  'entry-repeated',
  'an entry that is written twice',
  [...layout, ...layout.filter(({ name }) => name === shellName)],
  (offset) => ({ subject: shellName, offsetBytes: offset(shellName, 'first') }),
);
const orphan = Buffer.from('nobody');
inArchive('hint', 'blob-unreferenced', 'an orphan', ociLayout([plain], { orphans: [orphan] }), (offset) => {
  const name = blobPath(layerFromTar(orphan).diffId);
  return { subject: name, offsetBytes: offset(name) };
});
inArchive('hint', 'file-unreferenced', 'a file beside the image', [...crane, file('note', 'x')], (offset) => ({
  subject: 'note',
  offsetBytes: offset('note'),
}));
inArchive(
  'hint',
  'platform-absent',
  'a platform that was not saved',
  ociLayout([ociIndex([ociManifest(appImage), absent(armManifest)])]),
  () => ({ subject: armManifest.descriptor.digest, offsetBytes: null }),
);
inArchive(
  'hint',
  'layer-foreign-absent',
  'a layer that may not be distributed',
  ociLayout([ociManifest(baseImage, { compression: (of) => compress(of, 'none', { urls: ['https://example.com'] }) })]),
  () => ({ subject: shell.diffId, offsetBytes: null }),
);
const misnamed = `${'e'.repeat(64)}.tar`;
inArchive(
  'hint',
  'layer-name-mismatch',
  'a layer under the digest of another',
  editJson<{ Layers: string[] }[]>(
    [
      ...dropEntry(podman, `${hexOf(shell.diffId)}.tar`).filter(({ type }) => type !== 'symlink'),
      file(misnamed, shell.tar),
    ],
    'manifest.json',
    ([record]) => [{ ...record, Layers: [misnamed, ...(record?.Layers.slice(1) ?? [])] }],
  ),
  (offset) => ({
    subject: misnamed,
    expected: `sha256:${'e'.repeat(64)}`,
    actual: shell.diffId,
    offsetBytes: offset(misnamed),
  }),
);
const endless = layer({ files: [{ path: 'a', content: '1' }], endBlocks: 0 });
inArchive('hint', 'layer-end-blocks-missing', 'a layer without its end', podmanOf(endless.tar), (offset) => ({
  subject: nameOf(endless.tar),
  offsetBytes: offset(nameOf(endless.tar)),
}));
const trailed = layer({ files: [{ path: 'a', content: '1' }], trailing: Buffer.from('more') });
inArchive('hint', 'layer-trailing-bytes', 'a layer with data behind its end', podmanOf(trailed.tar), (offset) => ({
  subject: nameOf(trailed.tar),
  offsetBytes: offset(nameOf(trailed.tar)),
}));
inArchive(
  'hint',
  'history-mismatch',
  'an image without history',
  layoutOf(image({ layers: [shell], history: 'none' })),
  () => ({ offsetBytes: null }),
);
inArchive('hint', 'key-case', 'keys as jib writes them', dockerSave([appImage], { variant: 'jib' }), (offset) => ({
  subject: 'manifest.json',
  actual: 'config, repoTags, layers',
  offsetBytes: offset('manifest.json'),
}));
inArchive(
  'hint',
  'repositories-mismatch',
  'other tags in repositories',
  replaceContent(legacy, 'repositories', '{"other": {"1": "x"}}'),
  () => ({
    subject: 'repositories',
    expected: appImage.tags[0] ?? '',
    actual: 'docker.io/library/other:1',
    offsetBytes: null,
  }),
);
raise('hint', 'trailing-bytes', 'data behind the end of the archive', async () => {
  const bytes = await tar(layout, { trailing: Buffer.from('more') });
  return { record: await recordOf(bytes), expected: { ...none, offsetBytes: bytes.length - 4 } };
});
inArchive('hint', 'link-unresolved', 'a link to nowhere', [...crane, symlink('way', 'nowhere')], (offset) => ({
  subject: 'way',
  offsetBytes: offset('way'),
}));
raise('hint', 'tag-contested', 'one tag on images without a build time, in two archives', async () => {
  const builds = [shell, program].map((only) =>
    image({ layers: [only], tags: ['a.example/x:1'], created: '1970-01-01T00:00:00Z' }),
  );
  const files = builds.map((build) => tar(dockerSave([build], { variant: 'podman' })));
  const inventory = await scanFiles(await Promise.all(files));
  const [record, reported] = [inventory.archives[0], report(inventory).archives[0]];
  if (record === undefined || reported === undefined) throw new Error('no archive was read');
  return { record: { ...record, findings: reported.findings }, expected: { ...none, subject: 'a.example/x:1' } };
});
inArchive('hint', 'junk-entry', 'files of an operating system', [...layout, file('blobs/.DS_Store', 'x')], () => ({
  ...none,
  offsetBytes: null,
}));

export const findingCases: readonly FindingCase[] = cases;
