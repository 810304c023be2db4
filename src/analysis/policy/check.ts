/**
 * A policy held against an inventory. Each rule says what is good, bad or unknown; here that becomes a status: one bad
 * thing fails, else one unknown thing skips, and only what is known to be good throughout passes. Where an input could not
 * be read nothing is known throughout. The verdict on all of them is made in check-verdict.ts.
 */
import { VarveError } from '../../model/error.js';
import { type Instant, isInstant } from '../../model/instants.js';
import type { Check, CheckedRule } from '../../model/results/check.js';
import type { Inventory } from '../../model/results/inventory.js';
import { finished, type Work } from '../../model/work/work.js';
import { hasNameLike } from '../../query/name-rules.js';
import { classifyBodies } from '../bytes/classification.js';
import { reclaimTotals } from '../bytes/reclaim.js';
import { weighImages } from '../bytes/sharing.js';
import { makeImageSet, type SetImage } from '../set/image-set.js';
import { verdictOf } from './check-verdict.js';
import type { Policy, PolicyEntry } from './policy.js';
import type { Facts, Judgement, SetFacts } from './rules/rule.js';

export interface CheckOptions {
  /** What ages count back from. */
  readonly now: Instant;
  /** The earlier state that rules compare with; null where there is none. */
  readonly baseline: Inventory | null;
}

/** The verdict of a policy on an inventory, as `varve check` prints it. Throws VarveError `usage` where `now` is no instant. */
export function check(inventory: Inventory, policy: Policy, options: CheckOptions): Check {
  return finished(makeCheck(inventory, policy, options));
}

/** The same, with rests. */
export function* makeCheck(inventory: Inventory, policy: Policy, { now, baseline }: CheckOptions): Work<Check> {
  // Beside a Date or a number no image would be too old.
  if (!isInstant(now)) throw new VarveError('usage', 'the option now takes an instant, as parseInstant gives it');
  const facts = yield* setFacts(inventory);
  const before = baseline === null ? null : yield* setFacts(baseline);
  const unreadable = inventory.archives.filter(({ status }) => status === 'unreadable').length;
  const rules: CheckedRule[] = [];
  for (const entry of policy.entries) {
    yield;
    const images = entry.patterns.length === 0 ? facts.set.images : selected(facts.set.images, entry);
    yield;
    rules.push(judge(entry, { ...facts, images, now, baseline: before }, unreadable));
  }
  const count = (status: CheckedRule['status']) => rules.filter((rule) => rule.status === status).length;
  return {
    kind: 'varve.check',
    schemaVersion: 1,
    ...verdictOf(rules, inventory.archives, policy),
    strict: policy.strict,
    verified: inventory.verified,
    summary: {
      archives: inventory.archives.length,
      unreadable,
      images: facts.set.images.length,
      pass: count('pass'),
      fail: count('fail'),
      warn: count('warn'),
      skip: count('skip'),
    },
    rules,
    archives: inventory.archives.map(({ path, format, status }) => ({ path, format, status })),
    skipped: inventory.skipped,
  };
}

function* setFacts(inventory: Inventory): Work<SetFacts> {
  const set = yield* makeImageSet(inventory);
  const totals = reclaimTotals(inventory, yield* classifyBodies(inventory, set));
  return { inventory, set, totals, figures: yield* weighImages(set) };
}

function selected(images: readonly SetImage[], { patterns }: PolicyEntry): SetImage[] {
  const isMeant = (reference: string, local: boolean) => hasNameLike({ reference, local }, patterns);
  return images.filter(
    ({ references, localTags }) =>
      references.some((reference) => isMeant(reference, false)) || localTags.some((tag) => isMeant(tag, true)),
  );
}

function judge(entry: PolicyEntry, facts: Facts, unreadable: number): CheckedRule {
  const { rule, severity, images, compiled } = entry;
  const nothing = facts.inventory.archives.length === 0 || (rule.scope === 'images' && facts.images.length === 0);
  const observed = nothing ? [] : compiled.observe(facts);
  const bad = observed.filter(isBad).sort((a, b) => b.weight - a.weight);
  const open = observed.filter((observation) => observation.kind === 'unknown');
  const reason = bad.length > 0 ? null : whyUnknown(observed, open, entry, unreadable);
  const decisive = bad[0] ?? (reason === null ? nearest(observed) : null);
  return {
    rule: rule.name,
    status: bad.length > 0 ? severity : reason === null ? 'pass' : 'skip',
    severity,
    expected: compiled.expected,
    actual: decisive?.actual ?? null,
    unit: compiled.unit,
    subject: decisive?.subject ?? null,
    image: decisive?.image ?? null,
    reason,
    images: [...images],
    checked: observed.length - open.length,
    violations: bad.map((one) => Object.assign(subjectOf(one), { actual: one.actual })),
    unknown: open.map((one) => Object.assign(subjectOf(one), { reason: one.reason })),
    meaning: rule.meaning,
    advice: rule.advice,
  };
}

type Judged = Exclude<Judgement, { readonly kind: 'unknown' }>;

function isBad(observation: Judgement): observation is Judged {
  return observation.kind === 'bad';
}

/** Of things that are all good, the one with a figure that came nearest to the limit; null where nothing is measured. */
function nearest(observed: readonly Judgement[]): Judged | null {
  const good = observed.filter((observation): observation is Judged => observation.kind === 'good');
  const [first, ...others] = [...good].sort((a, b) => b.weight - a.weight);
  return first !== undefined && (others.length === 0 || first.weight > 0) ? first : null;
}

/** Why nothing speaks against the rule and it is not kept either; null where all is known. */
function whyUnknown(
  observed: readonly Judgement[],
  open: readonly (Judgement & { readonly kind: 'unknown' })[],
  { images }: PolicyEntry,
  unreadable: number,
): string | null {
  const [first] = open;
  if (first !== undefined) {
    const others = open.length === 1 ? '' : ` (and ${open.length - 1} more)`;
    return `${first.subject === null ? '' : `${first.subject}: `}${first.reason}${others}`;
  }
  if (unreadable > 0) return unreadable === 1 ? 'an input could not be read' : `${unreadable} inputs could not be read`;
  if (observed.length > 0) return null;
  return images.length > 0 ? `no image has a name like ${images.join(', ')}` : 'there is nothing to judge';
}

function subjectOf({ subject, image, archives }: Pick<Judgement, 'subject' | 'image' | 'archives'>) {
  return { subject, image, archives: [...archives] };
}
