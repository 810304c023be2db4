/** What a pull has of its images once they are found: one graph of all, where each blob is read, and what became of each name. */
import type { ContentNode } from '../../content/transfer/transfer-plan.js';
import type { Digest } from '../../model/digest.js';
import { interruption, VarveError } from '../../model/error.js';
import type { Reference } from '../../model/reference.js';
import type { RemoteSource } from '../remote-content.js';
import { type PulledImage, type ResolveSettings, resolveImage } from './pulled-image.js';

export interface PullSources {
  readonly images: readonly PulledImage[];
  readonly nodes: ReadonlyMap<Digest, ContentNode>;
  readonly sources: ReadonlyMap<Digest, RemoteSource>;
  readonly failed: readonly { readonly what: string; readonly reason: string }[];
}

/** So many names are asked for at a time. */
const resolvedTogether = 6;

/** Finds all images; one that is not there or not right is told, and the others are found. Throws VarveError `interrupted`. */
export async function findPulledImages(
  references: readonly Reference[],
  settings: ResolveSettings & { readonly signal: AbortSignal | undefined },
  nameOf: (reference: Reference) => string,
): Promise<PullSources> {
  const found: (PulledImage | { readonly what: string; readonly reason: string })[] = [];
  const left = references.entries();
  const lane = async (): Promise<void> => {
    for (const [position, reference] of left) {
      if (settings.signal?.aborted) throw interruption(settings.signal);
      try {
        found[position] = await resolveImage(reference, settings);
      } catch (error) {
        if (settings.signal?.aborted) throw interruption(settings.signal);
        if (!(error instanceof VarveError) || error.code === 'internal') throw error;
        found[position] = { what: nameOf(reference), reason: error.message };
      }
    }
  };
  await Promise.all(Array.from({ length: resolvedTogether }, lane));
  return united(found);
}

/** Of several images with one blob the first says where it is read. */
function united(found: readonly (PulledImage | { readonly what: string; readonly reason: string })[]): PullSources {
  const images: PulledImage[] = [];
  const failed: { what: string; reason: string }[] = [];
  const nodes = new Map<Digest, ContentNode>();
  const sources = new Map<Digest, RemoteSource>();
  for (const one of found) {
    if ('reason' in one) {
      failed.push(one);
      continue;
    }
    const { place, graph, name, config } = one;
    const other = [...graph.nodes.values()].find(
      ({ digest, sizeBytes }) => (nodes.get(digest)?.sizeBytes ?? sizeBytes) !== sizeBytes,
    );
    if (other !== undefined) {
      failed.push({ what: name, reason: `${other.digest} is said to have another size than in the images before it` });
      continue;
    }
    images.push(one);
    for (const [digest, node] of graph.nodes) {
      if (!nodes.has(digest)) nodes.set(digest, node);
      const bytes = graph.documents.get(digest) ?? (digest === config?.digest ? config.bytes : null);
      if (!sources.has(digest)) sources.set(digest, { place, bytes });
    }
  }
  return { images, nodes, sources, failed };
}
