/**
 * What a rule of a policy is: a name, the kind of its value, words for people, and a pure function from the facts to what
 * was found. A rule only says of each thing whether it is good, bad or unknown; what follows from that (pass, fail, warn,
 * skip) is decided in one place for all of them, in check.ts.
 */
import type { Instant } from '../../../model/instants.js';
import type { Inventory } from '../../../model/results/inventory.js';
import type { ReclaimTotals } from '../../bytes/reclaim.js';
import type { ImageFigures } from '../../bytes/sharing.js';
import type { ImageSet, SetImage } from '../../set/image-set.js';
import type { Amount, Expected, ValueKind } from '../value-kinds.js';

/** What is known of a set of archives. */
export interface SetFacts {
  readonly inventory: Inventory;
  readonly set: ImageSet;
  /** By image ID. */
  readonly figures: ReadonlyMap<string, ImageFigures>;
  readonly totals: ReclaimTotals;
}

/** What a rule may look at. */
export interface Facts extends SetFacts {
  /** The images that the rule applies to, in the order of the set. */
  readonly images: readonly SetImage[];
  readonly now: Instant;
  /** The state to compare with. */
  readonly baseline: SetFacts | null;
}

/** What an observation is about. */
interface Subject {
  /** Null for the set as a whole. */
  readonly subject: string | null;
  /** ID, where it is an image. */
  readonly image: string | null;
  readonly archives: readonly string[];
}

/** One thing that was judged. */
export type Judgement = Subject &
  (
    | {
        readonly kind: 'good' | 'bad';
        /** In the unit of what is expected, or a text. */
        readonly actual: string | number | null;
        /** The higher, the nearer to the limit or the farther beyond it. */
        readonly weight: number;
      }
    | { readonly kind: 'unknown'; readonly reason: string }
  );

export type RuleScope =
  | 'set' // all archives together
  | 'archives' // each archive
  | 'images' // each image, or each layer of images; can be limited to some of them
  | 'baseline'; // all archives together, against an earlier state

/** A rule as the documentation shows it and as policies name it. */
export interface PolicyRule {
  readonly name: string;
  readonly scope: RuleScope;
  readonly kind: Pick<ValueKind<unknown>, 'shape' | 'form' | 'takes' | 'texts'>;
  /** What counts where no value is given; null where one has to be. */
  readonly fallback: readonly string[] | null;
  /** Whether it needs the layer bodies; the others are judged by headers and documents. */
  readonly needsBodies: boolean;
  /** What it asks for, as a sentence. */
  readonly meaning: string;
  /** What to do where it fails, as a sentence. */
  readonly advice: string;
  /** A value as one would write it in `--rule`; the empty text where there is none. */
  readonly example: string;
  /** The rule with these values; the position of the first that means nothing. */
  readonly compile: (texts: readonly string[]) => CompiledRule | { readonly faultAt: number };
}

export interface CompiledRule extends Expected {
  readonly observe: (facts: Facts) => readonly Judgement[];
}

type Described = Pick<PolicyRule, 'name' | 'scope' | 'meaning' | 'advice'> &
  Partial<Pick<PolicyRule, 'fallback' | 'needsBodies' | 'example'>>;

/** A rule without a value. */
export function flagRule(
  rule: Described & Partial<Expected> & { readonly observe: (facts: Facts) => readonly Judgement[] },
): PolicyRule {
  const { observe, expected = 'yes', unit = null, ...described } = rule;
  const kind = { shape: 'none', form: '', takes: 'no value' } as const;
  const compile: PolicyRule['compile'] = (texts) => (texts.length > 0 ? { faultAt: 0 } : { expected, unit, observe });
  return { needsBodies: false, example: '', ...described, kind, fallback: [], compile };
}

/** A rule with one value. */
export function valueRule<Value>(
  rule: Described & {
    readonly kind: ValueKind<Value>;
    readonly expects: (value: Value) => Expected;
    readonly observe: (value: Value, facts: Facts) => readonly Judgement[];
  },
): PolicyRule {
  const { kind, expects, observe, ...described } = rule;
  const compile: PolicyRule['compile'] = ([text = '', ...more]) => {
    const value = kind.parse(text);
    if (value === null || more.length > 0) return { faultAt: value === null ? 0 : 1 };
    return { ...expects(value), observe: (facts) => observe(value, facts) };
  };
  return { fallback: null, needsBodies: false, example: '', ...described, kind, compile };
}

/** A rule with a list of values. */
export function listRule<Value>(
  rule: Described & {
    readonly kind: ValueKind<Value>;
    readonly observe: (values: readonly Value[], facts: Facts) => readonly Judgement[];
  },
): PolicyRule {
  const { kind, observe, ...described } = rule;
  const compile: PolicyRule['compile'] = (texts) => {
    const values = texts.map(kind.parse);
    const faultAt = values.indexOf(null);
    if (faultAt !== -1 || texts.length === 0) return { faultAt: Math.max(faultAt, 0) };
    const known = values.filter((value) => value !== null);
    return { expected: texts.join(', '), unit: null, observe: (facts) => observe(known, facts) };
  };
  return { fallback: null, needsBodies: false, example: '', ...described, kind, compile };
}

export const amountExpected = ({ unit, amount }: Amount): Expected => ({ expected: amount, unit });

export const countExpected = (value: number): Expected => ({ expected: value, unit: null });

export const wholeSet: Subject = { subject: null, image: null, archives: [] };

export function archiveSubject(path: string): Subject {
  return { subject: path, image: null, archives: [path] };
}

/** An image by its first name, or by its ID where it has none. */
export function imageSubject(image: SetImage, { inventory }: Facts): Subject {
  const paths = image.occurrences.map(({ archive }) => inventory.archives[archive]?.path ?? '');
  return {
    subject: image.references[0] ?? image.localTags[0] ?? image.id,
    image: image.id,
    archives: [...new Set(paths)],
  };
}

/** A judgement; `weight` 0 where nothing is measured. */
export function judged(subject: Subject, good: boolean, actual: string | number | null, weight = 0): Judgement {
  const { image, archives } = subject;
  return { subject: subject.subject, image, archives, kind: good ? 'good' : 'bad', actual, weight };
}

export function unknown(subject: Subject, reason: string): Judgement {
  const { image, archives } = subject;
  return { subject: subject.subject, image, archives, kind: 'unknown', reason };
}

/** A part of a whole against a limit in bytes or percent; of nothing there are no percents. */
export function withinAmount(limit: Amount, part: number, whole: number): Judgement {
  if (limit.unit === 'bytes') return judged(wholeSet, part <= limit.amount, part);
  if (whole === 0) return unknown(wholeSet, 'there are no bytes to take a percentage of');
  const percent = (part * 100) / whole;
  return judged(wholeSet, percent <= limit.amount, percent);
}
