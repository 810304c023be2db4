/** The document that `varve explain` prints. Field names are a contract, as in results.ts. */
import { z } from 'zod';

export const explanationSchema = z.object({
  kind: z.literal('varve.explanation'),
  schemaVersion: z.literal(1),
  explanations: z
    .array(
      z.object({
        type: z.enum(['finding', 'word', 'rule']).describe('the code of a finding, a word, a rule of policies'),
        name: z.string(),
        also: z.array(z.string()).describe('other spellings, and words of other tools for the same'),
        severity: z.enum(['error', 'warning', 'hint']).nullable().describe('of a finding'),
        meaning: z.string().describe('one sentence'),
        raised: z.string().nullable().describe('how a finding comes about'),
        text: z.string().nullable().describe('more about a word, what a rule takes'),
        advice: z.string().nullable().describe('what to do about a finding or a broken rule'),
        related: z.array(z.string()).describe('words that are explained too'),
        page: z.string().describe('where the documentation has it'),
      }),
    )
    .describe('a name can mean several things'),
});

export type ExplanationList = z.infer<typeof explanationSchema>;
export type Explanation = ExplanationList['explanations'][number];
