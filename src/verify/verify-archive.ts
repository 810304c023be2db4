/**
 * (claims, observations) → findings. Each claim is looked at once, each kind in one place; what could not be compared
 * becomes *not checked* with its reason. Pure: the same claims and observations give the same findings in the same order.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import type { ArchiveClaims, Claim } from '../formats/claims.js';
import { contentBytesOf } from '../model/content-size.js';
import { type Algorithm, algorithmOf, type Digest, isAlgorithm } from '../model/digest.js';
import { type Finding, type FindingCode, finding, type NotChecked } from '../model/finding.js';
import { FindingList, NotCheckedList } from '../model/finding-list.js';
import { limitMessage } from '../model/limits.js';
import { isRestDue } from '../model/work/work.js';
import type { BlobObservation, LayerObservation } from '../observe/observation.js';
import { compareRepeats } from './ambiguities.js';
import { ambiguousTags, digestNames } from './ambiguous-names.js';
import type { ObservedArchive } from './observed.js';

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  /** Entries whose bytes contradict a claim. */
  readonly broken: ReadonlySet<number>;
  /** Entries of which every claimed digest is by an algorithm that is not computed here. */
  readonly uncompared: ReadonlySet<number>;
  /** Entries whose stored bytes were compared with a digest that they must have. The name of a layer in a save archive is none. */
  readonly covered: ReadonlySet<number>;
  /** Compressed layers whose unfolded bytes were compared with a diffID. */
  readonly coveredInside: ReadonlySet<number>;
  /** `unchecked`: the bytes were hashed, nothing is wrong with them, and no digest was there to be compared with: never ok. */
  readonly status: 'ok' | 'failed' | 'unverified' | 'unchecked';
}

/**
 * Lays the claims of an archive beside what was observed; yields wherever whoever does it may rest. `verified`: whether
 * bodies were hashed; else documents and first bytes only.
 */
export function* verifyArchive(
  claims: ArchiveClaims,
  observed: ObservedArchive,
  verified: boolean,
): Generator<undefined, Verdict, void> {
  const verifier = new Verifier(claims, observed, verified);
  for (const claim of claims.claims) {
    if (isRestDue()) yield;
    verifier.compare(claim);
  }
  for (const [entry, layer] of claims.layers) {
    if (isRestDue()) yield;
    if (layer.opaque === null) verifier.inspectLayer(entry);
  }
  for (const [i, { digest, source }] of claims.inline.entries()) {
    verifier.compareInline(digest, observed.inline[i] ?? null, source);
  }
  for (const entries of claims.repeats) {
    yield;
    const { findings, unhashed } = compareRepeats(entries, observed.bodies);
    for (const found of findings) verifier.findings.add(found);
    for (const entry of unhashed) verifier.skipUnhashed(entry);
  }
  for (const found of ambiguousTags(claims.names)) {
    if (found === null) yield;
    else verifier.findings.add(found);
  }
  yield;
  const named = digestNames(claims);
  for (const found of named.findings) verifier.findings.add(found);
  for (const { subject, reason } of named.notChecked) verifier.notChecked.add(subject, reason);
  const findings = verifier.findings.all();
  const compared = verifier.covered.size + verifier.coveredInside.size > 0;
  const status = statusOf(findings, verified, compared);
  return {
    findings: status === 'unchecked' ? [...findings, nothingCompared] : findings,
    notChecked: verifier.notChecked.all(claims.table.path),
    broken: verifier.broken,
    uncompared: new Set([...verifier.uncompared].filter((entry) => !verifier.compared.has(entry))),
    covered: verifier.covered,
    coveredInside: verifier.coveredInside,
    status,
  };
}

function statusOf(findings: readonly Finding[], verified: boolean, compared: boolean): Verdict['status'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'failed';
  if (!verified) return 'unverified';
  return compared ? 'ok' : 'unchecked';
}

/** What stands with an archive that is `unchecked`. */
export const nothingCompared = finding(
  'nothing-compared',
  'nothing in it was compared with a digest, for it names none',
);

function changedMeanwhile({ changed }: ObservedArchive): Finding[] {
  if (changed === null) return [];
  return [
    finding('input-changed', `${changed} is not what it was when it was opened; what was found is of both states`),
  ];
}

class Verifier {
  readonly findings: FindingList;
  readonly notChecked: NotCheckedList;
  readonly broken = new Set<number>();
  readonly compared = new Set<number>();
  readonly uncompared = new Set<number>();
  readonly covered = new Set<number>();
  readonly coveredInside = new Set<number>();
  readonly #claims: ArchiveClaims;
  readonly #observed: ObservedArchive;
  readonly #verified: boolean;
  readonly #pathLimit: string;

  constructor(claims: ArchiveClaims, observed: ObservedArchive, verified: boolean) {
    this.#claims = claims;
    this.#observed = observed;
    this.#verified = verified;
    const { layerPaths } = claims.limits;
    this.#pathLimit = limitMessage('layerPaths', layerPaths, 'the layer has more paths than are remembered');
    this.findings = new FindingList(claims.limits.findings, claims.held);
    this.notChecked = new NotCheckedList(claims.limits, claims.held);
    this.notChecked.addHeld(claims.notChecked);
    for (const found of [...changedMeanwhile(observed), ...observed.parts]) this.findings.add(found);
    for (const found of claims.findings) this.findings.add(found, true);
    for (const [entry, reason] of observed.failed) {
      this.#report('input-unreadable', this.#entry(entry), reason);
      this.broken.add(entry);
    }
  }

  compare(claim: Claim): void {
    const entry = this.#entry(claim.entry);
    if (claim.kind === 'size') {
      const actual = contentBytesOf(entry);
      if (actual !== claim.sizeBytes) {
        this.#mismatch('size-mismatch', entry, claim, `${claim.sizeBytes} bytes`, `${actual} bytes`);
      }
      return;
    }
    const observation = this.#observed.bodies.get(claim.entry);
    if (observation === undefined) this.skipUnhashed(entry);
    else if (claim.kind === 'digest') this.#compareDigest(claim, entry, observation);
    else if (claim.kind === 'diffid') this.#compareDiffId(claim, entry, observation);
    else this.#compareCompression(claim, entry, observation);
  }

  #compareDigest(claim: Extract<Claim, { kind: 'digest' }>, entry: ArchiveEntry, observation: BlobObservation): void {
    const { digest, named } = claim;
    const actual = this.#ofAlgorithm(digest, observation.digests, entry, 'digest');
    (actual === null ? this.uncompared : this.compared).add(entry.index);
    if (actual !== null && named !== 'layer') this.covered.add(entry.index);
    if (actual === null || actual === digest) return;
    if (named === 'blob') this.#mismatch('digest-mismatch', entry, claim, digest, actual);
    else if (named === 'config') this.#mismatch('config-name-mismatch', entry, claim, digest, actual);
    else this.#compareLayerName(digest, entry, { observation, actual });
  }

  /** Some writers name a layer by its stored bytes, others by its diffID. */
  #compareLayerName(
    claimed: Digest,
    entry: ArchiveEntry,
    { observation, actual }: { observation: BlobObservation; actual: Digest },
  ): void {
    const { layer } = observation;
    // A layer that cannot be decoded has a finding of its own, and no diffID to compare.
    if (layer === null || !layer.ok || Object.values(layer.diffIds).includes(claimed)) return;
    const message = 'the file name is neither the digest nor the diffID of the layer';
    this.#report('layer-name-mismatch', entry, message, { expected: claimed, actual });
  }

  #compareDiffId(claim: Extract<Claim, { kind: 'diffid' }>, entry: ArchiveEntry, observation: BlobObservation): void {
    // One document may call a layer a tar that another says is encrypted; the reason has been given there.
    if (this.#claims.layers.get(entry.index)?.opaque != null) return;
    const { layer } = observation;
    if (layer === null) this.skipUnhashed(entry);
    if (!layer?.ok) return;
    const actual = this.#ofAlgorithm(claim.digest, layer.diffIds, entry, 'diffID');
    if (actual !== null) (observation.compression === 'none' ? this.covered : this.coveredInside).add(entry.index);
    if (actual !== null && actual !== claim.digest) {
      this.#mismatch('diffid-mismatch', entry, claim, claim.digest, actual);
    }
  }

  #compareCompression(
    claim: Extract<Claim, { kind: 'compression' }>,
    entry: ArchiveEntry,
    { compression, storedBytes }: BlobObservation,
  ): void {
    if (compression === null || storedBytes === 0 || compression === claim.compression) return;
    const message = `the media type ${claim.mediaType} does not fit the bytes`;
    this.#report('compression-mismatch', entry, message, { expected: claim.compression, actual: compression });
  }

  /** The observed digest to compare with, or null (said so) where there is none of that algorithm. */
  #ofAlgorithm(
    claimed: Digest,
    digests: Partial<Record<Algorithm, Digest>>,
    entry: ArchiveEntry,
    what: string,
  ): Digest | null {
    const algorithm = algorithmOf(claimed);
    const actual = isAlgorithm(algorithm) ? digests[algorithm] : undefined;
    if (actual !== undefined) return actual;
    if (!isAlgorithm(algorithm)) this.#skip(entry.name, `${what}: the algorithm ${algorithm} is not known here`);
    else if (this.#verified && this.#observed.streamed) {
      this.#skip(entry.name, `${what}: the archive was read in one pass, before its ${algorithm} was asked for`);
    } else this.skipUnhashed(entry);
    return null;
  }

  inspectLayer(index: number): void {
    const entry = this.#entry(index);
    const layer = this.#observed.bodies.get(index)?.layer ?? null;
    if (contentBytesOf(entry) === 0) {
      this.#report('layer-empty', entry, 'the layer is an empty file, not even an empty tar');
    } else if (layer === null) this.skipUnhashed(entry);
    else if (layer.ok) this.#inspectTar(entry, layer);
    else if (layer.unsupported && !(layer.mayBeDamage && !this.#isAsStored(index))) {
      this.#skip(entry.name, `what is in the layer: ${layer.detail}`);
      // Unless a digest of the stored bytes was compared, nothing was.
      this.uncompared.add(index);
    } else {
      const { detail, limit, offsetBytes, mayBeDamage } = layer;
      const where = mayBeDamage ? 'cannot be decoded' : `is damaged ${offsetBytes} bytes into it`;
      const how = limit ? 'is not decoded further' : where;
      this.#report(limit ? 'limit-exceeded' : 'layer-undecodable', entry, `the compressed layer ${how}: ${detail}`);
      this.broken.add(index);
    }
  }

  /** Whether a digest of its stored bytes says that they are those which somebody stored: then they are not damaged. */
  #isAsStored(index: number): boolean {
    return this.covered.has(index) && !this.broken.has(index);
  }

  #inspectTar(entry: ArchiveEntry, layer: Extract<LayerObservation, { ok: true }>): void {
    const { problem, disagreements, duplicatePath, pathsUnchecked, endBlocks, trailingData } = layer.tar;
    if (problem !== null) {
      const message = `no well-formed tar at byte ${problem.offsetBytes} of its content: ${problem.detail}`;
      this.#report('layer-not-tar', entry, message);
    } else if (!endBlocks) {
      this.#report('layer-end-blocks-missing', entry, 'its tar ends without two zero blocks');
    }
    for (const { detail, offsetBytes } of disagreements) {
      this.#report('readers-disagree', entry, `at byte ${offsetBytes} of its content: ${detail}`);
    }
    if (duplicatePath !== null) {
      this.#report('layer-path-duplicate', entry, `the path ${duplicatePath} occurs more than once`);
    }
    if (pathsUnchecked) this.#skip(entry.name, `repeated paths: ${this.#pathLimit}`);
    if (trailingData) this.#report('layer-trailing-bytes', entry, 'data follows the end blocks of its tar');
  }

  compareInline(expected: Digest, actual: Digest | null, source: string): void {
    if (actual === null) this.#skip(source, 'inline data: its digest algorithm is not known here');
    else if (actual !== expected) {
      const message = `${source}: its inline data has another digest`;
      this.findings.add(finding('digest-mismatch', message, { subject: source, expected, actual }));
    }
  }

  /** Says why the bytes of an entry were not looked at; a failed read has its finding. */
  skipUnhashed(entry: ArchiveEntry): void {
    if (!this.#verified) {
      const { path, location } = this.#claims.table;
      const isElsewhere = location.kind === 'registry';
      const read = isElsewhere ? 'manifests and configs were fetched' : 'headers, documents and first bytes were read';
      this.#skip(path, `bodies: only ${read}`);
    } else if (!this.#observed.failed.has(entry.index)) this.#skip(entry.name, 'its bytes were not hashed');
  }

  #mismatch(code: FindingCode, entry: ArchiveEntry, claim: Claim, expected: string, actual: string): void {
    this.broken.add(entry.index);
    const byName = claim.source === entry.name;
    const message = byName ? 'the bytes do not fit the name' : `the bytes do not fit the claim of ${claim.source}`;
    this.#report(code, entry, message, { expected, actual });
  }

  #report(
    code: FindingCode,
    entry: ArchiveEntry,
    message: string,
    facts: { expected?: string; actual?: string } = {},
  ): void {
    const offsetBytes = entry.location === null ? entry.offsetBytes : null;
    this.findings.add(finding(code, message, { subject: entry.name, offsetBytes, ...facts }));
  }

  #skip(subject: string, reason: string): void {
    this.notChecked.add(subject, reason);
  }

  #entry(index: number): ArchiveEntry {
    const entry = this.#claims.table.entries[index];
    if (entry === undefined) throw new RangeError(`no entry ${index}`);
    return entry;
  }
}
