/**
 * Which body has to stand where, by what names and documents claim, and whether the run has it. A claim of a document that is
 * itself damaged names what nobody has, so nothing is taken for it.
 */
import { paddingOf } from '../../archive/tar/tar-cursor.js';
import type { Claim } from '../../formats/claims.js';
import { contentBytesOf } from '../../model/content-size.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import type { BlobObservation } from '../../observe/observation.js';
import { sizeOfSlot } from './damaged-archive.js';
import { type Slot, zerosBehind } from './slots.js';
import type { SourceBodies, SourceBody } from './source-bodies.js';

/** What may stand in a place. */
export interface FittingBody {
  /** Of the bytes as they are written. */
  readonly digest: Digest;
  readonly copies: readonly SourceBody[];
  /** Whether the copies are compressed, and this is what is inside. */
  readonly isDecoded: boolean;
  readonly sizeBytes: number;
  readonly observation: BlobObservation;
  /** Of its bytes, or, of a layer that is compressed, of its content alone. */
  readonly proof: 'digest' | 'content';
}

/**
 * The body that all claims on a place describe; null where nobody has it. `anySize`: whether the place takes any size, as a
 * file does; else it is that of its header.
 */
export function fittingBody(
  slot: Slot,
  claims: readonly Claim[],
  sources: SourceBodies,
  anySize: boolean,
): FittingBody | null {
  const fits = ({ sizeBytes }: FittingBody): boolean => anySize || sizeBytes === sizeOfSlot(slot);
  const stored = digestsOf(claims, (claim) => claim.kind === 'digest' && claim.named !== 'layer');
  if (stored.length > 0) {
    // Its own name stands in a header with a checksum, and decides where a document says something else.
    const named = digestsOf(claims, (claim) => claim.kind === 'digest' && claim.source === slot.entry.name);
    return firstOf([...named, ...stored], sources, fits);
  }
  const names = digestsOf(claims, (claim) => claim.kind === 'digest');
  const inside = digestsOf(claims, (claim) => claim.kind === 'diffid');
  const found = firstOf([...names, ...inside], sources, fits);
  if (found !== null || names.length > 0) return found;
  return firstInside(inside, slot, sources);
}

/** The bytes with one of these digests, as they are stored somewhere or inside a compressed layer. */
function bodyWith(digest: Digest, sources: SourceBodies): FittingBody | null {
  const copies = sources.byDigest(digest);
  const [first] = copies;
  if (first !== undefined) {
    const { sizeBytes, observation } = first;
    return { digest, copies, isDecoded: false, sizeBytes, observation, proof: 'digest' };
  }
  const packed = sources
    .byDiffId(digest)
    .filter(({ observation: { compression } }) => compression !== null && compression !== 'none');
  const layer = packed[0]?.observation.layer;
  if (!layer?.ok) return null;
  const observation = { digests: layer.diffIds, storedBytes: layer.sizeBytes, compression: 'none' as const, layer };
  return { digest, copies: packed, isDecoded: true, sizeBytes: layer.sizeBytes, observation, proof: 'digest' };
}

function firstOf(
  digests: readonly Digest[],
  sources: SourceBodies,
  fits: (body: FittingBody) => boolean,
): FittingBody | null {
  for (const digest of digests) {
    const found = bodyWith(digest, sources);
    if (found !== null && fits(found)) return found;
  }
  return null;
}

/** A layer that nothing but its diffID describes, compressed to the same number of bytes. */
function firstInside(diffIds: readonly Digest[], slot: Slot, sources: SourceBodies): FittingBody | null {
  for (const diffId of diffIds) {
    const copies = sources
      .byDiffId(diffId)
      .filter(
        ({ entry, observation: { compression } }) =>
          compression !== 'none' && contentBytesOf(entry) === sizeOfSlot(slot),
      );
    const [first] = copies;
    const digest = Object.values(first?.observation.digests ?? {})[0];
    if (first === undefined || digest === undefined) continue;
    const { sizeBytes, observation } = first;
    const same = copies.filter((copy) => Object.values(copy.observation.digests).includes(digest));
    return { digest, copies: same, isDecoded: false, sizeBytes, observation, proof: 'content' };
  }
  return null;
}

function digestsOf(claims: readonly Claim[], isWanted: (claim: Claim) => boolean): Digest[] {
  const digests = claims.flatMap((claim) =>
    (claim.kind === 'digest' || claim.kind === 'diffid') && isWanted(claim) ? [claim.digest] : [],
  );
  return [...new Set(digests)];
}

/** `<hex>`, `sha256:<hex>` and `<hex>.json`, `.tar`, `.tar.gz`: what a name in a save manifest says of its file. */
const namedByDigest = /(?:^|[/\\])(?:sha256:)?([0-9a-f]{64})(\.[a-z.0-9]+)?$/;

/** What is missing, and the name under which it belongs: of a save manifest the path that it gives, else that of a blob. */
export function missingBody(
  {
    subject,
    expected,
    isPath,
  }: { readonly subject: string; readonly expected: string | null; readonly isPath: boolean },
  sources: SourceBodies,
): { readonly name: string; readonly body: FittingBody } | null {
  const own = isPath ? null : tryParseDigest(subject);
  if (own !== null) {
    const body = bodyWith(own, sources);
    return body === null ? null : { name: `blobs/${own.replace(':', '/')}`, body };
  }
  const hex = namedByDigest.exec(subject)?.[1];
  const named = hex === undefined ? null : tryParseDigest(`sha256:${hex}`);
  const diffId = tryParseDigest(expected ?? '');
  const byName = named === null ? null : bodyWith(named, sources);
  if (byName !== null) return { name: subject, body: byName };
  // A name that is another digest than the diffID is that of compressed bytes, which nothing gives back.
  if (diffId === null || (named !== null && named !== diffId)) return null;
  const body = bodyWith(diffId, sources);
  return body === null ? null : { name: subject, body };
}

/** A place with the body that belongs there. */
export function healedSlot(slot: Slot, body: FittingBody): Slot {
  const { digest, copies, isDecoded, sizeBytes, observation, proof } = body;
  const { padding } = slot;
  const isPadded = padding === null || padding.sizeBytes === paddingOf(sizeBytes);
  return {
    ...slot,
    entry: { ...slot.entry, sizeBytes, storedBytes: sizeBytes },
    body: { kind: 'taken', digest, copies, isDecoded, sizeBytes },
    padding: isPadded ? padding : zerosBehind(sizeBytes),
    origin: { kind: 'healed', from: copies[0]?.path ?? '', proof },
    observation,
    failure: null,
    document: null,
  };
}
