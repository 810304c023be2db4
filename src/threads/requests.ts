/**
 * Which bodies of an archive are to be read, by what its claims need: the algorithms that someone claims, SHA-256 where
 * nobody does, and a look inside where an entry is a layer. Known documents carry no claim and are not hashed, unless
 * their name comes twice and the two have to be compared.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import type { ArchiveClaims, Claim } from '../formats/claims.js';
import { contentBytesOf } from '../model/content-size.js';
import { type Algorithm, algorithmOf, isAlgorithm } from '../model/digest.js';
import { filtered, isRestDue, mapped, type Work } from '../model/work/work.js';
import type { BlobRequest } from '../observe/observation.js';
import { narrowed } from '../sources/location.js';

/** A request with the entry that it is for. */
export interface EntryRequest extends BlobRequest {
  readonly entry: number;
}

export function* requestsOf(claims: ArchiveClaims): Work<EntryRequest[]> {
  const stored = new Map<number, Set<Algorithm>>();
  const inside = new Map<number, Set<Algorithm>>();
  const claimed = new Map<number, { readonly digest: string; readonly rank: number }>();
  for (const claim of claims.claims) {
    if (isRestDue()) yield;
    if (claim.kind !== 'digest' && claim.kind !== 'diffid') continue;
    const algorithm = algorithmOf(claim.digest);
    if (isAlgorithm(algorithm)) add(claim.kind === 'diffid' ? inside : stored, claim.entry, algorithm);
    const rank = claimRank(claim);
    if (rank === 0 || rank <= (claimed.get(claim.entry)?.rank ?? 0)) continue;
    claimed.set(claim.entry, { digest: claim.digest, rank });
  }
  const repeated = new Set(claims.repeats.flat());
  const hashed = yield* filtered(claims.table.entries, (entry) => isHashed(entry, claims, repeated));
  return yield* mapped(hashed, (entry) => ({
    entry: entry.index,
    location: entry.location ?? narrowed(claims.table.location, entry.dataOffsetBytes, entry.storedBytes),
    offsetBytes: entry.dataOffsetBytes,
    sizeBytes: contentBytesOf(entry),
    ...(entry.sparse === undefined ? null : { sparse: entry.sparse }),
    algorithms: algorithmsOf(stored.get(entry.index)),
    layer: isLookedInto(entry, claims) ? [...new Set<Algorithm>(['sha256', ...(inside.get(entry.index) ?? [])])] : null,
    claimed: claimed.get(entry.index)?.digest ?? null,
  }));
}

/** Most entries of a hostile archive have no claim: they share one list. */
const unclaimed: readonly Algorithm[] = ['sha256'];

function algorithmsOf(claimed: ReadonlySet<Algorithm> | undefined): readonly Algorithm[] {
  return claimed === undefined ? unclaimed : [...claimed];
}

/**
 * Which claim tells equal layers best: the name of a blob; the name of a layer, which may be that of its stored bytes or
 * its diffID; the diffID, which is the stored digest of an uncompressed layer and says little of a compressed one.
 */
function claimRank(claim: Extract<Claim, { kind: 'digest' | 'diffid' }>): number {
  if (claim.kind === 'diffid') return 1;
  return { blob: 3, layer: 2, config: 0 }[claim.named];
}

function isHashed(entry: ArchiveEntry, claims: ArchiveClaims, repeated: ReadonlySet<ArchiveEntry>): boolean {
  if (entry.type !== 'file' || entry.storedBytes < entry.sizeBytes || entry.sparse?.refusal != null) return false;
  return claims.roles[entry.index] !== 'document' || repeated.has(entry);
}

function isLookedInto(entry: ArchiveEntry, claims: ArchiveClaims): boolean {
  return claims.layers.get(entry.index)?.opaque === null;
}

function add(map: Map<number, Set<Algorithm>>, entry: number, algorithm: Algorithm): void {
  const known = map.get(entry);
  if (known === undefined) map.set(entry, new Set([algorithm]));
  else known.add(algorithm);
}
