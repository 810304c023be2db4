/** A load in docker's words: names that moved, then what was loaded; what was left out stands apart. */
import type { Loaded } from '../../model/results/store/changes.js';
import { digestName, referenceName } from '../blocks/names.js';
import { safeText } from '../blocks/safe-text.js';
import { formatBytes, plural } from '../blocks/units.js';

/** The lines that docker load prints; of a plan what they would be, and how much would be written. */
export function loadLines({ status, loaded, moved, blobs, writtenBytes }: Loaded): string[] {
  const isPlan = status === 'planned';
  const taken = moved.map(
    ({ name, from }) =>
      `The image ${referenceName(name)} already exists, renaming the old one with ID ${from} to empty string`,
  );
  const done = isPlan ? 'Would load' : 'Loaded';
  const lines = loaded.flatMap(({ references, localTags, ids, manifestDigest }) => {
    const names = [...references, ...localTags].map((name) => `${done} image: ${referenceName(name)}`);
    if (names.length > 0) return names;
    return ids.length === 0 ? [`${done} artifact: ${manifestDigest}`] : ids.map((id) => `${done} image ID: ${id}`);
  });
  const written = isPlan ? [`Would write ${plural(blobs, 'blob')}: ${formatBytes(writtenBytes)}`] : [];
  return [...taken, ...lines, ...written].map((text) => safeText(text));
}

/** One layer, as docker tells of it while it works. */
export function layerLine({ diffId, digest, status, bytes }: Loaded['layers'][number]): string {
  const told = status === 'added' ? `Loaded layer  ${formatBytes(bytes)}` : 'Already exists';
  return `${digestName(diffId ?? digest, false)}: ${told}`;
}
