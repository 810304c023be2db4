/** Archives with what is odd and normal in the field: the finding that each must have. */
import { reportOf } from '../../src/analysis/bytes/report.js';
import { deltaLayout, recipeText } from '../delta/deltas.js';
import { appImage, armManifest, baseImage, program, shell } from '../formats/images.js';
import {
  absent,
  blobPath,
  compress,
  dockerSave,
  dropEntry,
  editJson,
  file,
  hexOf,
  image,
  layer,
  layerFromTar,
  ociIndex,
  ociLayout,
  ociManifest,
  replaceContent,
  symlink,
  tar,
  withoutBlob,
} from '../helpers/archive-builder.js';
import {
  caseList,
  crane,
  type FindingCase,
  layout,
  layoutOf,
  legacy,
  nameOf,
  none,
  plain,
  podman,
  podmanOf,
  shellName,
} from './finding-case.js';
import { recordOf, scanFiles } from './scan-bytes.js';

const { cases, raise, inArchive } = caseList();

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
  'blob-in-base',
  'a delta that leaves a layer to its base',
  deltaLayout(
    recipeText([{ name: blobPath(shell.diffId), sizeBytes: 1, digest: shell.diffId, in: 'base' }]),
    [],
    [withoutBlob(ociManifest(baseImage, { compression: 'none' }), shell.diffId)],
  ),
  () => ({ subject: shell.diffId, offsetBytes: null }),
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
  const [record, reported] = [inventory.archives[0], reportOf(inventory).archives[0]];
  if (record === undefined || reported === undefined) throw new Error('no archive was read');
  return { record: { ...record, findings: reported.findings }, expected: { ...none, subject: 'a.example/x:1' } };
});
inArchive('hint', 'junk-entry', 'files of an operating system', [...layout, file('blobs/.DS_Store', 'x')], () => ({
  ...none,
  offsetBytes: null,
}));

export const hintCases: readonly FindingCase[] = cases;
