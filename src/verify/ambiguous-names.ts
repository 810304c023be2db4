/**
 * Names that mean several things, and names that say what they do not mean: a tag with several holders, a name whose
 * digest is not that of what it names. A loader takes one of the holders of a tag, the first or the last, whatever
 * platform they claim; only below one index it chooses by platform. Hostile input: as many holders as an archive may have.
 */
import type { ArchiveClaims, ImageClaim, NameClaim } from '../formats/claims.js';
import type { Digest } from '../model/digest.js';
import { type Finding, finding, type NotChecked } from '../model/finding.js';
import { formatPlatform, normalizePlatform, parsePlatform } from '../model/platform.js';
import { formatReference, type Reference, tryParseReference } from '../model/reference.js';

type Holder = NameClaim['holder'];

/** What a loader takes as one thing under a tag: what one root leads to, or what one save record describes. */
type Unit = ReadonlySet<Holder>;

/**
 * The tags with several holders that no index holds together. One finding for each beyond the first; null wherever whoever
 * asks may rest.
 */
export function* ambiguousTags(names: readonly NameClaim[]): Generator<Finding | null> {
  const platforms = new Platforms();
  for (const [tag, claims] of byTag(names)) {
    yield null;
    const roots = new Map<Digest, Set<Holder>>();
    const recorded = new Set<Holder>();
    for (const { holder, root } of claims) {
      if (root === null) recorded.add(holder);
      else roots.set(root, (roots.get(root) ?? new Set()).add(holder));
    }
    const [first, ...others] = [...roots.values(), ...recordedUnits(recorded, [...roots.values()])];
    if (first === undefined) continue;
    for (const other of others) if (!isEqual(first, other)) yield ambiguous(tag, first, other);
    for (const unit of [first, ...others]) yield* sameMachine(tag, unit, platforms);
  }
}

function byTag(names: readonly NameClaim[]): Map<string, NameClaim[]> {
  const tags = new Map<string, NameClaim[]>();
  for (const claim of names) {
    const tag = tagOf(claim.name);
    if (tag === null) continue;
    const known = tags.get(tag);
    if (known === undefined) tags.set(tag, [claim]);
    else known.push(claim);
  }
  return tags;
}

/** The name without the digest that it may have beside its tag; null where it has a digest alone, which names one thing. */
function tagOf(name: string): string | null {
  const reference = name.includes('@') ? tryParseReference(name) : null;
  if (reference === null) return name;
  return reference.tag === null ? null : formatReference({ ...reference, digest: null });
}

/** Save records say again, one for each platform, what an index holds together; those of no index stand alone. */
function recordedUnits(recorded: Unit, roots: readonly Unit[]): Unit[] {
  if (roots.some((unit) => [...recorded].every((holder) => unit.has(holder)))) return [];
  const [first, ...others] = recorded;
  const shared = [...(first?.roots ?? [])].some((root) => others.every((holder) => holder.roots.has(root)));
  return shared ? [recorded] : [...recorded].map((holder) => new Set([holder]));
}

function isEqual(a: Unit, b: Unit): boolean {
  return a.size === b.size && [...a].every((holder) => b.has(holder));
}

function ambiguous(tag: string, first: Unit, other: Unit): Finding {
  const [expected, actual] = [described(first), described(other)];
  const message = `${expected} and ${actual} claim this tag; some tools take the first, some the last`;
  return finding('tag-ambiguous', message, { subject: tag, expected, actual });
}

/** Images below one index that a loader cannot tell apart by platform. */
function* sameMachine(tag: string, unit: Unit, known: Platforms): Generator<Finding> {
  const platforms = new Set<string>();
  for (const holder of unit) {
    if ('facts' in holder) continue;
    const platform = known.keyOf(holder);
    if (platforms.has(platform)) {
      const message = `two images of the platform ${holder.platform ?? 'unknown'} claim this tag`;
      yield finding('tag-ambiguous', message, { subject: tag });
    }
    platforms.add(platform);
  }
}

/** The platforms of images as they compare; an image may have any number of tags. */
class Platforms {
  readonly #keys = new Map<ImageClaim, string>();

  keyOf(image: ImageClaim): string {
    const known = this.#keys.get(image);
    if (known !== undefined) return known;
    const key = platformKey(image);
    this.#keys.set(image, key);
    return key;
  }
}

/** Windows images of one platform differ by the build that they need, and stand side by side in one index. */
function platformKey({ platform, osVersion }: ImageClaim): string {
  if (platform === null) return '';
  const normal = normalizePlatform(parsePlatform(platform));
  return `${formatPlatform(normal)} ${normal.os === 'windows' ? osVersion : ''}`;
}

function described(unit: Unit): string {
  const [holder] = unit;
  if (holder === undefined) return 'nothing';
  const more = unit.size === 1 ? '' : ` and ${unit.size - 1} more below one index`;
  if ('facts' in holder) return `the ${holder.facts.kind} ${holder.facts.digest}${more}`;
  return `the image ${holder.claimedId ?? 'without a digest'} (${holder.platform ?? 'no platform'})${more}`;
}

/** Names with a digest, against the digests of what they name; where an archive has no manifest, there is none to compare. */
export function digestNames(claims: Pick<ArchiveClaims, 'names'>): {
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
} {
  const findings: Finding[] = [];
  const notChecked: NotChecked[] = [];
  const told = new Set<string>();
  for (const { name, holder, root } of claims.names) {
    const reference: Reference | null = name.includes('@') ? tryParseReference(name) : null;
    if (reference === null || reference.digest === null) continue;
    const own = root === null ? digestsOf(holder) : [root];
    // Below an index, each image has the name.
    if (told.has(`${own[0]} ${name}`)) continue;
    told.add(`${own[0]} ${name}`);
    if (own.length === 0) {
      notChecked.push({ subject: name, reason: 'the digest in this name: the archive holds no manifest' });
    } else if (!own.includes(reference.digest)) {
      const message = 'the digest in this name is not that of the manifest or index that has it';
      const facts = { subject: name, expected: reference.digest, actual: own[0] ?? 'none' };
      findings.push(finding('name-digest-mismatch', message, facts));
    }
  }
  return { findings, notChecked };
}

function digestsOf(holder: Holder): Digest[] {
  if ('facts' in holder) return [holder.facts.digest, ...holder.indexDigests];
  return [...holder.manifestDigests, ...holder.indexDigests];
}
