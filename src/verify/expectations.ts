/**
 * What must be there: `REF=DIGEST` pairs that the user got from elsewhere. Only this finds an archive that was changed
 * and digested anew throughout, since such an archive agrees with itself.
 */
import { algorithmOf, algorithms, type Digest, isAlgorithm, tryParseDigest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import { type Finding, finding } from '../model/finding.js';
import { formatReference, tryParseReference, withDefaultTag } from '../model/reference.js';
import type { ArchiveRecord, Inventory } from '../model/results/inventory.js';
import { unreadableRecord } from './archive-record.js';

/** An image that must be in the inputs: its tag, and its image ID or the digest of its manifest or index. */
export interface Expectation {
  readonly reference: string;
  readonly digest: Digest;
}

/** Parses `REF=DIGEST`. Any text may be a tag of one archive alone. Throws VarveError `usage`. */
export function parseExpectation(text: string): Expectation {
  const equals = text.lastIndexOf('=');
  const reference = text.slice(0, Math.max(0, equals)).trim();
  const digest = tryParseDigest(text.slice(equals + 1).trim());
  if (reference === '' || digest === null) {
    const example = 'alpine:3.20=sha256:<64 hex digits>';
    throw new VarveError('usage', `expected REF=DIGEST, as in ${example}, found ${JSON.stringify(text)}`);
  }
  if (!isAlgorithm(algorithmOf(digest))) {
    throw new VarveError(
      'usage',
      `a digest by ${algorithmOf(digest)} cannot be computed; expected one by ${algorithms.join(' or ')}`,
    );
  }
  return { reference, digest };
}

/** Parses a file of expectations: one a line, `#` starts a comment. Throws VarveError `usage` with the line. */
export function parseExpectations(text: string, path: string): Expectation[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const content = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (content === '') return [];
    try {
      return [parseExpectation(content)];
    } catch (cause) {
      throw new VarveError('usage', `${path}:${i + 1}: ${(cause as Error).message}`, { cause });
    }
  });
}

/** Adds a finding for each expectation that no image of the inventory meets. */
export function expectImages(inventory: Inventory, expectations: readonly Expectation[]): Inventory {
  const failures = new Map<ArchiveRecord | null, Finding[]>();
  for (const expectation of expectations) {
    const failure = check(inventory, expectation);
    if (failure === null) continue;
    // Where no archive has the tag, the first one stands for all that were searched.
    const archive = failure.archive ?? inventory.archives[0] ?? null;
    const known = failures.get(archive);
    if (known === undefined) failures.set(archive, [failure.finding]);
    else known.push(failure.finding);
  }
  const archives = inventory.archives.map((archive): ArchiveRecord => {
    const findings = failures.get(archive);
    if (findings === undefined) return archive;
    const status = archive.status === 'unreadable' ? 'unreadable' : 'failed';
    return { ...archive, status, findings: [...archive.findings, ...findings] };
  });
  const nowhere = failures.get(null);
  if (nowhere !== undefined) {
    archives.push(unreadableRecord('-', 'not-an-image-archive', 'no archive was given', { findings: nowhere }));
  }
  return { ...inventory, archives };
}

type Check = { readonly archive: ArchiveRecord | undefined; readonly finding: Finding };

/** An image or artifact under a name, with those of its digests that are known from bytes. */
interface Holder {
  readonly archive: ArchiveRecord;
  readonly digests: readonly string[];
}

/** A tool that loads the archives takes any of the holders, so each has to be what was expected, or lie below it. */
function check(inventory: Inventory, { reference, digest }: Expectation): Check | null {
  const parsed = tryParseReference(reference);
  const full = parsed === null ? reference : formatReference(withDefaultTag(parsed));
  const holders = inventory.archives.flatMap((archive) => holdersOf(archive, { full, written: reference }));
  const others = holders.filter(({ digests }) => !digests.includes(digest));
  if (holders.length > 0 && others.length === 0) return null;
  const isAbsent = holders.length === 0;
  const message = isAbsent
    ? `no image with the tag ${full} is in the inputs`
    : others.length === holders.length
      ? `${full} is not the image that was expected`
      : `${full} is the image that was expected, and ${others.length} of ${holders.length} under this name are not`;
  const actual = [...new Set(others.map(({ digests }) => digests[0] ?? 'no verified digest'))].slice(0, 20).join(', ');
  const facts = { subject: full, expected: digest, actual: isAbsent ? 'absent' : actual };
  return { archive: others[0]?.archive, finding: finding('expectation-failed', message, facts) };
}

function holdersOf(archive: ArchiveRecord, name: { readonly full: string; readonly written: string }): Holder[] {
  const named = [
    ...archive.images.map((image) => ({ ...image, own: [image.id, ...image.manifestDigests] })),
    ...archive.artifacts.map((artifact) => ({ ...artifact, own: [artifact.digest] })),
  ];
  return named
    .filter(({ references, localTags }) => isNamed(references, name.full) || localTags.includes(name.written))
    .map((one) => ({ archive, digests: computed(archive, { ...one, digests: [...one.own, ...one.indexDigests] }) }));
}

/** Whether a name is that one, a digest that it has beside its tag left out. */
function isNamed(references: readonly string[], full: string): boolean {
  return references.some((reference) => {
    if (reference === full) return true;
    const parsed = reference.startsWith(`${full}@`) ? tryParseReference(reference) : null;
    return parsed !== null && parsed.tag !== null;
  });
}

/**
 * Those digests of an image or artifact that were computed from bytes. A claim proves nothing here: the ID of a v1
 * image, and of one whose config is absent, is only claimed.
 */
function computed(
  archive: ArchiveRecord,
  { digests, reaches }: { digests: readonly string[]; reaches: readonly number[] },
): string[] {
  const observed = new Set<string>(reaches.flatMap((entry) => archive.entries[entry]?.digest ?? []));
  return digests.filter((digest) => observed.has(digest));
}
