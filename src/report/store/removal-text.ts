/** A removal in docker's words: each name that went, each image and layer of which nothing is left, and what that freed. */
import type { StoreRemoval } from '../../model/results/store/removal.js';
import { referenceName } from '../blocks/names.js';
import { safeText } from '../blocks/safe-text.js';
import { formatBytes, plural } from '../blocks/units.js';

/** The lines that docker image rm prints. */
export function removalLines({ plan, artifactNames }: Pick<StoreRemoval, 'plan' | 'artifactNames'>): string[] {
  const untagged = plan.untagged.flatMap(({ references }) => references);
  const names = new Set([...untagged, ...plan.images.flatMap(({ references }) => references), ...artifactNames]);
  const gone = plan.layersFreed.filter((layer) => layer.gone).map(({ diffId }) => diffId);
  return [
    ...[...names].map((name) => `Untagged: ${referenceName(name)}`),
    ...plan.images.map(({ id }) => `Deleted: ${id}`),
    ...plan.artifacts.map((digest) => `Deleted: ${digest}`),
    ...gone.reverse().map((diffId) => `Deleted: ${diffId}`),
  ].map((line) => safeText(line));
}

/** The lines that docker image prune prints. */
export function pruneLines(removal: StoreRemoval): string[] {
  const { freedBytes, uploads, status } = removal;
  const lines = removalLines(removal);
  const title = status === 'planned' ? 'Images that would be deleted:' : 'Deleted Images:';
  const left = uploads.files === 0 ? [] : [`Unfinished files: ${uploads.files}, ${formatBytes(uploads.bytes)}`];
  const total = status === 'planned' ? 'Space that would be reclaimed' : 'Total reclaimed space';
  return [...(lines.length === 0 ? [] : [title, ...lines, '']), ...left, `${total}: ${formatBytes(freedBytes)}`];
}

/** What stays though nothing names it; null where there is no such thing. */
export function sparedLine({ spared }: StoreRemoval): string | null {
  if (spared.length === 0) return null;
  const bytes = spared.reduce((sum, one) => sum + one.bytes, 0);
  const has = (reason: string): boolean => spared.some((one) => one.reason === reason);
  const reasons = [
    has('recent') ? 'another program may just be writing it (varve prune --grace 0s takes it)' : null,
    has('subject') ? 'it describes something that stays' : null,
    has('foreign') ? 'it is no blob' : null,
  ].filter((reason) => reason !== null);
  return `${plural(spared.length, 'file')} that nothing names, ${formatBytes(bytes)}, stay: ${reasons.join('; or ')}`;
}
