/** Archives with what is odd and worth repair: the finding that each must have. */
import { appImage, baseImage, shell } from '../formats/images.js';
import {
  describe,
  dockerSave,
  dropEntry,
  type Entry,
  editJson,
  file,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  rawTar,
  replaceContent,
  symlink,
  tagged,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { sparseFile } from '../helpers/sparse-files.js';
import {
  caseList,
  type FindingCase,
  hybrid,
  layout,
  nameOf,
  none,
  podmanOf,
  shellName,
  stored,
} from './finding-case.js';
import { offsetOf, recordOf, recordOfFolder } from './scan-bytes.js';

const { cases, raise, inArchive } = caseList();

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

export const warningCases: readonly FindingCase[] = cases;
