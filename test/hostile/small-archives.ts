/** The smallest whole archive of each format: every byte of them can be cut off or changed within a test. */
import {
  dockerSave,
  type Entry,
  gzip,
  image,
  layer,
  ociLayout,
  ociManifest,
  rawTar,
  tagged,
  withoutPlatform,
  zstd,
} from '../helpers/archive-builder.js';

export interface SmallArchive {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly bytes: Buffer;
}

const tiny = image({
  layers: [layer({ files: [{ path: 'a', content: 'hello' }] })],
  tags: ['docker.io/library/tiny:1'],
});
const layout = ociLayout(tagged(withoutPlatform(ociManifest(tiny)), tiny.tags), { directories: false });

const small = (name: string, entries: readonly Entry[]): SmallArchive => ({ name, entries, bytes: rawTar(entries) });
const files = (entries: readonly Entry[]): Entry[] => entries.filter(({ type }) => type !== 'directory');

export const smallest: SmallArchive = small('a save archive', dockerSave([tiny], { variant: 'crane' }));
export const smallV1: SmallArchive = small('a v1 archive', files(dockerSave([tiny], { variant: 'v1' })));

/** One archive of each format. */
export const smallArchives: readonly SmallArchive[] = [
  smallest,
  smallV1,
  small('an archive of docker before 25', files(dockerSave([tiny], { variant: 'legacy' }))),
  small('an archive of docker since 25', files(dockerSave([tiny], { variant: 'hybrid' }))),
  small('an OCI archive', layout),
];

/** The smallest archive, compressed as a whole. Its gzip has a checksum, its zstd has none. */
export const smallGzip: SmallArchive = { ...smallest, name: 'a save archive in gzip', bytes: gzip(smallest.bytes) };
export const smallCompressed: readonly SmallArchive[] = [
  smallGzip,
  { ...smallest, name: 'a save archive in zstd', bytes: zstd(smallest.bytes) },
];
