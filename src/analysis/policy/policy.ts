/**
 * A policy: rules with their values, their severity and the images that they apply to, ready to be asked. It comes from
 * `--rule` texts, from a file (policy-file.ts), from both, or is the default. A rule that means nothing is refused before
 * anything is read.
 */
import { VarveError } from '../../model/error.js';
import { quoted } from '../../query/filter-rule.js';
import { nearWords } from '../../words/near-words.js';
import { type PathPattern, parsePathPattern } from '../../words/path-pattern.js';
import type { CompiledRule, PolicyRule } from './rules/rule.js';
import { formOf, policyRules, ruleNamed } from './rules/rules.js';

/** A rule as someone asked for it. */
export interface Setting {
  readonly rule: PolicyRule;
  /** Null where no value was given. */
  readonly texts: readonly string[] | null;
  readonly severity: 'fail' | 'warn';
  /** Patterns of references; none = all images. */
  readonly images: readonly string[];
}

/** A rule that can be asked. */
export interface PolicyEntry {
  readonly rule: PolicyRule;
  readonly severity: 'fail' | 'warn';
  readonly images: readonly string[];
  readonly patterns: readonly PathPattern[];
  readonly compiled: CompiledRule;
}

/** The rules in the order in which they were asked for. */
export interface Policy {
  readonly entries: readonly PolicyEntry[];
  /** Whether a rule that cannot be judged fails it. */
  readonly strict: boolean;
  /** Whether a set without any image may pass. */
  readonly allowNoImage: boolean;
}

/** Where in a setting something means nothing. */
export interface SettingFault {
  readonly where: 'value' | 'images';
  /** Of a list, the item. */
  readonly position: number;
  readonly message: string;
}

/** The rule of a setting, ready to be asked, or what is wrong with it. */
export function compileSetting({ rule, texts, severity, images }: Setting): PolicyEntry | SettingFault {
  const given = texts ?? rule.fallback;
  if (given === null) return { where: 'value', position: 0, message: takes(rule) };
  const compiled = rule.compile(given);
  if ('faultAt' in compiled) return { where: 'value', position: compiled.faultAt, message: takes(rule) };
  const patterns = images.map(parsePathPattern);
  const known = patterns.filter((pattern) => pattern !== null);
  if (known.length < patterns.length) {
    const position = patterns.indexOf(null);
    return { where: 'images', position, message: `images takes ${imagesTake}` };
  }
  return { rule, severity, images, patterns: known, compiled };
}

export const imagesTake = "patterns of references, as in shop/* or 'ghcr.io/*/api'";

/** `max-total takes a size, as in …` */
export function takes({ name, kind }: PolicyRule): string {
  return `${name} takes ${kind.takes}`;
}

/** What to say of a name that no rule has. */
export function unknownRule(name: string): string {
  const [near] = nearWords(
    name,
    policyRules.map((rule) => rule.name),
    1,
  );
  return `unknown rule ${quoted(name)}${near === undefined ? '; varve help policy lists the rules' : `; did you mean ${near}?`}`;
}

/** The rules of `--rule NAME[=VALUE]`, in their order; the items of a list rule may come in several. Throws VarveError `usage`. */
export function parseRules(texts: readonly string[]): Policy {
  const settings = new Map<PolicyRule, string[] | null>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = (at === -1 ? text : text.slice(0, at)).trim();
    const rule = ruleNamed(name);
    if (rule === null) throw refusal(unknownRule(name));
    const before = settings.get(rule);
    const values = at === -1 ? null : valuesOf(rule, text.slice(at + 1));
    if (before !== undefined && (before === null || values === null || rule.kind.shape !== 'texts')) {
      throw refusal(`${name} is given more than once`);
    }
    settings.set(rule, values === null ? null : [...(before ?? []), ...values]);
  }
  const entries = [...settings].map(([rule, values]) => {
    const entry = compileSetting({ rule, texts: values, severity: 'fail', images: [] });
    if ('message' in entry) throw refusal(`expected ${formOf(rule)}; ${entry.message}${notWhat(values, entry)}`);
    return entry;
  });
  return { entries, strict: false, allowNoImage: false };
}

/** What is asked for when nothing is: damage and ambiguity fail, what is merely untidy or risky warns. */
export function defaultPolicy(): Policy {
  const failing = ['intact', 'no-ambiguous'];
  const warning = ['no-dangling', 'no-superseded', 'no-unreferenced', 'no-secret-env'];
  const { entries } = parseRules([...failing, ...warning]);
  return {
    entries: entries.map((entry) => (warning.includes(entry.rule.name) ? { ...entry, severity: 'warn' } : entry)),
    strict: false,
    allowNoImage: false,
  };
}

/** Both policies, strict if one of them is, and passing without an image if one of them says so; what `over` says of a rule stands for all that `policy` says of it. */
export function overridden(policy: Policy, over: Policy): Policy {
  const names = new Set(over.entries.map(({ rule }) => rule.name));
  return {
    entries: [...policy.entries.filter(({ rule }) => !names.has(rule.name)), ...over.entries],
    strict: policy.strict || over.strict,
    allowNoImage: policy.allowNoImage || over.allowNoImage,
  };
}

/** Whether a rule can only be judged with the bodies read. */
export function needsBodies({ entries }: Policy): boolean {
  return entries.some(({ rule }) => rule.needsBodies);
}

/** The names of the rules that compare with an earlier state. */
export function baselineRuleNames({ entries }: Policy): string[] {
  return entries.filter(({ rule }) => rule.scope === 'baseline').map(({ rule }) => rule.name);
}

function valuesOf({ kind }: PolicyRule, text: string): string[] {
  return (kind.shape === 'texts' ? text.split(',') : [text]).map((part) => part.trim());
}

function notWhat(values: readonly string[] | null, { position }: SettingFault): string {
  const value = values?.[position];
  return value === undefined ? '' : `, not ${quoted(value)}`;
}

function refusal(message: string): VarveError {
  return new VarveError('usage', message);
}
