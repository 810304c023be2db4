/**
 * The document that `varve check` prints: a verdict, and each rule of the policy with what it expects, what was found and
 * what speaks against it. Field names are a contract, as in results.ts.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const figure = z.union([z.string(), z.number()]).nullable();

const about = {
  subject: z
    .string()
    .nullable()
    .describe('image, layer or archive, by the name that people know; null = the whole set'),
  image: z.string().nullable().describe('ID, where the subject is an image'),
  archives: z.array(z.string()).describe('paths of the archives that hold it'),
};

export const checkSchema = z.object({
  kind: z.literal('varve.check'),
  schemaVersion: z.literal(1),
  verdict: z.enum(['pass', 'fail']).describe('fail where failedBy has anything'),
  failedBy: z
    .array(z.enum(['failed-rules', 'unreadable-inputs', 'nothing-judged', 'skipped-rules', 'no-image']))
    .describe(
      'why it fails; nothing-judged: every rule was skipped; skipped-rules: a rule was, and the policy is strict; ' +
        'no-image: no image is in the inputs, and the policy does not allow that',
    ),
  strict: z.boolean().describe('whether a skipped rule fails the policy'),
  advice: z
    .string()
    .nullable()
    .describe('what to do about skipped rules or about no image, where they fail the policy'),
  verified: z.boolean().describe('whether the bodies were hashed; the rules decide whether they have to be'),
  summary: z.object({
    archives: count,
    unreadable: count.describe('of these, inputs that could not be read'),
    images: count,
    pass: count.describe('rules'),
    fail: count,
    warn: count,
    skip: count,
  }),
  rules: z
    .array(
      z.object({
        rule: z.string(),
        status: z.enum(['pass', 'fail', 'warn', 'skip']).describe('warn: it fails, and its severity is warn'),
        severity: z.enum(['fail', 'warn']).describe('what a violation means'),
        expected: figure,
        actual: figure.describe('of the subject; null where nothing in particular decides'),
        unit: z.enum(['bytes', 'percent']).nullable().describe('of expected and actual; null for counts and texts'),
        subject: z.string().nullable().describe('the worst of the violations, else what came nearest to the limit'),
        image: z.string().nullable().describe('ID, where the subject is an image'),
        reason: z.string().nullable().describe('why it was skipped'),
        images: z.array(z.string()).describe('patterns of the images that it applies to; none = all'),
        checked: count.describe('how many images, layers or archives were judged'),
        violations: z.array(z.object({ ...about, actual: figure })).describe('all of them, the worst first'),
        unknown: z.array(z.object({ ...about, reason: z.string() })).describe('what could not be judged'),
        meaning: z.string().describe('what the rule asks for'),
        advice: z.string().describe('what to do where it fails'),
      }),
    )
    .describe('in the order of the policy'),
  archives: z.array(z.object({ path: z.string(), format: z.string().nullable(), status: z.string() })),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});

export type Check = z.infer<typeof checkSchema>;
export type CheckedRule = Check['rules'][number];
