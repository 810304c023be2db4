/** Archives whose documents are broken, or claim what the bytes are not: the finding that each must have. */
import { expectImages, parseExpectation } from '../../src/verify/expectations.js';
import { appImage, baseImage, program, shell } from '../formats/images.js';
import {
  blobPath,
  compress,
  describe,
  dockerSave,
  dropEntry,
  editJson,
  file,
  flipByte,
  flipEntryByte,
  gzip,
  hexOf,
  image,
  inlineData,
  layerFromTar,
  ociLayout,
  replaceContent,
  seededRandom,
  tar,
} from '../helpers/archive-builder.js';
import {
  caseList,
  configName,
  crane,
  type FindingCase,
  firstOf,
  layout,
  layoutOf,
  legacy,
  nameOf,
  plain,
  podmanOf,
  shellName,
} from './finding-case.js';
import { scanFiles } from './scan-bytes.js';

const { cases, raise, inArchive } = caseList();

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

export const claimCases: readonly FindingCase[] = cases;
