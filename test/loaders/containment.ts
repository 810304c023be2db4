/**
 * The law that is tried: whatever a loader would take from an archive is listed for it, the same image under the same name
 * with the same user and environment, or there is an error or a warning. Silent hints do not count.
 */
import type { ArchiveRecord, ImageRecord } from '../../src/model/results/inventory.js';
import { type Reading, shortDigest, shortList } from './readings.js';

/** What of a loader's image is not to be found: all of it, its name, or who runs it with what environment. */
export interface Violation {
  readonly what: 'image' | 'name' | 'run';
  readonly reading: Reading;
}

/** Archives that were read from one file. */
export function violations(archives: readonly ArchiveRecord[], readings: readonly Reading[]): Violation[] {
  if (archives.some(warned)) return [];
  const images = archives.flatMap((archive) => archive.images);
  return readings.flatMap((reading): Violation[] => {
    const [loaders, name, config, diffIds] = reading;
    const same = images.filter(
      ({ id, layers }) =>
        shortDigest(id) === config && shortList(layers.map((layer) => String(layer.diffId))) === diffIds,
    );
    if (same.length === 0)
      return archives.some((archive) => isArtifact(archive, reading)) ? [] : [{ what: 'image', reading }];
    const named = same.filter((image) => name === '' || hasName(image, name, loaders));
    if (named.length === 0) return [{ what: 'name', reading }];
    return named.some((image) => runsAs(image, reading)) ? [] : [{ what: 'run', reading }];
  });
}

/** containerd makes an image without layers, from which nothing can be run, of an artifact: enough if that is listed. */
function isArtifact({ artifacts, entries }: ArchiveRecord, [, , config, diffIds]: Reading): boolean {
  const configs = new Set(
    entries.flatMap(({ digest }, index) => (shortDigest(digest ?? '') === config ? [index] : [])),
  );
  return diffIds === shortList([]) && artifacts.some(({ reaches }) => reaches.some((entry) => configs.has(entry)));
}

/** Whether there is an error or a warning. */
export function warned({ findings }: ArchiveRecord): boolean {
  return findings.some(({ severity }) => severity !== 'hint');
}

function hasName({ references, localTags }: ImageRecord, name: string, loaders: string): boolean {
  const listed = [...references, ...localTags];
  // skopeo asks an OCI archive by the annotation that holds the tag alone beside containerd's full name.
  const bare = loaders.includes('O') && references.some((reference) => reference.endsWith(`:${name}`));
  // containerd drops the tag of a name that has a digest as well.
  const names = listed.flatMap((each) => [plainName(each), plainName(each.replace(/:[^:/@]*@/, '@'))]);
  // podman puts what has no registry under localhost.
  const local = loaders.includes('P') ? name.replace(/^localhost\//, '') : name;
  return bare || names.includes(plainName(name)) || names.includes(plainName(local));
}

/** A name as docker shows it, its tag always written. */
function plainName(name: string): string {
  const familiar = name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  return /[:@][^/]*$/.test(familiar) ? familiar : `${familiar}:latest`;
}

function runsAs({ config }: ImageRecord, [, , , , user, env]: Reading): boolean {
  const listed = config ?? {};
  return (listed['User'] ?? '') === user && JSON.stringify(listed['Env'] ?? []) === JSON.stringify(env);
}
