/**
 * What a transfer brings: all that is wanted and is not there, bodies largest first, and each document behind what it names.
 * The size of the plan is the prediction of what is written. Pure. Hostile input: documents that name each other in circles.
 */
import type { Digest } from '../../model/digest.js';
import type { ContentBlob } from './content.js';

/** What a blob is to the images. */
export type ContentRole = 'index' | 'manifest' | 'config' | 'layer';

/** A blob, and what it names that has to be there before it. */
export interface ContentNode extends ContentBlob {
  readonly role: ContentRole;
  readonly needs: readonly Digest[];
}

export type ContentGraph = ReadonlyMap<Digest, ContentNode>;

export interface TransferPlan {
  /** Configs and layers that are brought, the largest first. */
  readonly bodies: readonly ContentNode[];
  /** Manifests and indexes that are brought, each behind those that it names. */
  readonly documents: readonly ContentNode[];
  /** What is there already. */
  readonly present: readonly ContentNode[];
  /** Of all that is brought. */
  readonly sizeBytes: number;
}

/** All that is wanted with what it needs, each once; what a graph does not know is not wanted. */
export function nodesBelow(graph: ContentGraph, wanted: Iterable<Digest>): ContentNode[] {
  const seen = new Set<Digest>();
  const ordered: ContentNode[] = [];
  // A stack of our own: how deep documents lie in each other is for others to say.
  const stack = [...wanted].reverse().map((digest) => ({ digest, isLeft: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { digest, isLeft } = top;
    const node = graph.get(digest);
    if (node === undefined) continue;
    if (isLeft) {
      ordered.push(node);
      continue;
    }
    if (seen.has(digest)) continue;
    seen.add(digest);
    stack.push({ digest, isLeft: true });
    for (const need of [...node.needs].reverse()) stack.push({ digest: need, isLeft: false });
  }
  return ordered;
}

/** Plans a transfer of what is wanted to somewhere that has these blobs. */
export function planTransfer(graph: ContentGraph, wanted: readonly Digest[], has: ReadonlySet<Digest>): TransferPlan {
  const all = nodesBelow(graph, wanted);
  const missing = all.filter(({ digest }) => !has.has(digest));
  const isDocument = ({ role }: ContentNode): boolean => role === 'index' || role === 'manifest';
  const bodies = missing.filter((node) => !isDocument(node));
  return {
    bodies: bodies.sort((a, b) => b.sizeBytes - a.sizeBytes || (a.digest < b.digest ? -1 : 1)),
    documents: missing.filter(isDocument),
    present: all.filter(({ digest }) => has.has(digest)),
    sizeBytes: missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}
