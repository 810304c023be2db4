/**
 * The shape of a policy file: which keys there are and which type each value has. It is made from the table of rules, so
 * that types, validation and the JSON Schema that editors use come from one source. What a text means (a size, a pattern)
 * is read where the rules are; how it may be spelt stands in the schema, except for what a schema cannot say: that a size
 * is at most 9 PB, and an age at most 292 years. Hostile input: any tree of values, bounded by whoever parsed it.
 */
import { z } from 'zod';

/** The type of a rule's value. */
export type ValueShape = 'none' | 'size' | 'share' | 'size-or-share' | 'count' | 'age' | 'texts';

/** How the texts of a list may be spelt. */
export interface TextShape {
  /** One of these. Default: any text. */
  readonly words?: readonly [string, ...string[]];
  /** Matches a whole text; with the flag u, as validators of JSON Schema take it. Default: any text. */
  readonly pattern?: RegExp;
  readonly maxLength?: number;
}

/** What the schema has to know of a rule. */
export interface RuleShape {
  readonly name: string;
  readonly meaning: string;
  readonly shape: ValueShape;
  /** Whether the value may be left out. */
  readonly optional: boolean;
  /** How the texts are spelt, of a rule whose value are texts. */
  readonly texts: TextShape;
  /** How the images are spelt that it can be limited to; null where it cannot. */
  readonly images: TextShape | null;
}

/** A place in a policy file at which something is wrong, and the names there that nobody knows. */
export interface PolicyIssue {
  readonly path: readonly (string | number)[];
  readonly unknownKeys: readonly string[];
}

const whole = z.number().int().nonnegative();
const size = z.union([whole, z.string().regex(/^(?:\d+(?:\.\d*)?|\.\d+) ?(?:[kKmMgGtTpP](?:[iI]?[bB])?|[bB])?$/)]);
const share = z.string().regex(/^\d{1,9}(?:\.\d{1,9})? ?%$/);

const shapes = {
  size,
  share,
  'size-or-share': z.union([...size.options, share]),
  count: whole.max(999_999_999_999_999),
  age: z.string().regex(/^(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d))+)$/u),
} as const satisfies Readonly<Record<Exclude<ValueShape, 'none' | 'texts'>, z.ZodType>>;

/** One text or a list of them. */
function textsSchema({ words, pattern, maxLength }: TextShape): z.ZodType {
  let text = z.string().min(1);
  if (pattern !== undefined) text = text.regex(pattern);
  if (maxLength !== undefined) text = text.max(maxLength);
  const item = words === undefined ? text : z.enum(words);
  return z.union([item, z.array(item).min(1)]);
}

/** The zod schema of a policy with these rules. */
function schemaOf(rules: readonly RuleShape[]) {
  const entries = rules.map((rule) => [rule.name, ruleSchema(rule).describe(rule.meaning).optional()] as const);
  const some = z
    .strictObject(Object.fromEntries(entries))
    .refine((given) => Object.keys(given).length > 0)
    // A refinement is code, which a JSON Schema cannot hold.
    .meta({ minProperties: 1 });
  const strict = z.boolean().describe('whether a rule that cannot be judged fails the policy').optional();
  const allowNoImage = z.boolean().describe('whether inputs without any image may pass').optional();
  return z.strictObject({ rules: some, strict, 'allow-no-image': allowNoImage });
}

function valueSchema({ shape, texts }: RuleShape): z.ZodType | null {
  if (shape === 'none') return null;
  return shape === 'texts' ? textsSchema(texts) : shapes[shape];
}

function ruleSchema(rule: RuleShape): z.ZodType {
  const { optional, images } = rule;
  const value = valueSchema(rule);
  const setting = z.strictObject({
    ...(value === null ? {} : { value: optional ? value.optional() : value }),
    severity: z.enum(['fail', 'warn']).optional(),
    ...(images === null ? {} : { images: textsSchema(images).optional() }),
  });
  const bare = value === null || optional ? [z.literal(true)] : [];
  return z.union([...bare, ...(value === null ? [] : [value]), setting, z.array(setting).min(1)]);
}

/** The JSON Schema (draft 2020-12) of a policy file with these rules. */
export function policyJsonSchema(rules: readonly RuleShape[]): object {
  const { $schema, ...rest } = z.toJSONSchema(schemaOf(rules), { target: 'draft-2020-12', io: 'input' });
  return { $schema, title: 'varve policy', ...rest };
}

/** The first thing about a parsed policy that its schema does not allow, at the deepest place; null where all is well. */
export function policyIssue(rules: readonly RuleShape[], value: unknown): PolicyIssue | null {
  const result = schemaOf(rules).safeParse(value, { reportInput: false });
  const issues: readonly Issue[] = result.success ? [] : result.error.issues;
  // A misspelt key is also one that is missing; the first says more.
  const first = issues.find(({ keys }) => keys !== undefined) ?? issues[0];
  return first === undefined ? null : deepest(first, []);
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** A union says what is wrong with each of its branches: the one that was meant got furthest. */
function deepest(issue: Issue, before: readonly (string | number)[]): PolicyIssue {
  const path = [...before, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  const own: PolicyIssue = { path, unknownKeys: issue.keys ?? [] };
  const inner = (issue.errors ?? []).flat().map((branch) => deepest(branch, path));
  return inner.reduce((best, next) => (reach(next) > reach(best) ? next : best), own);
}

function reach({ path, unknownKeys }: PolicyIssue): number {
  return path.length + (unknownKeys.length > 0 ? 0.5 : 0);
}
