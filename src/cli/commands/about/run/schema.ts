/** The schemas of `varve schema`. */
import { ruleShapes } from '../../../../analysis/policy/rules/rules.js';
import { documentKinds, innerKinds, jsonSchemaOf } from '../../../../model/results/json-schema.js';
import { policyJsonSchema } from '../../../../model/results/policy.js';
import { jsonText } from '../../../../report/forms/json.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { suggestion, UsageError } from '../../../line/usage-error.js';
import { checkOutput, deliver } from '../../../output/output.js';

type Options = CommandOptions<'output' | 'no-color'>;

export async function run(options: Options, { io }: Context): Promise<readonly Outcome[]> {
  await checkOutput(options);
  const [written] = options.words;
  const kinds = [...documentKinds, ...innerKinds, policyKind] as const;
  if (written === undefined) {
    await deliver(kinds.map((kind) => `${kind}\n`).join(''), options, io);
    return ['done'];
  }
  const kind = kinds.find((candidate) => candidate === written || candidate === `varve.${written}`);
  if (kind === undefined) {
    const short = kinds.map((candidate) => candidate.slice('varve.'.length));
    const hint = suggestion(written, short) || `; there are ${short.join(', ')}`;
    throw new UsageError(`KIND names no document: ${JSON.stringify(written)}${hint}`);
  }
  await deliver(jsonText(kind === policyKind ? policySchema() : jsonSchemaOf(kind)), options, io);
  return ['done'];
}

/** What `varve check --policy` reads: the one document here that people write themselves. */
const policyKind = 'varve.policy';

function policySchema(): object {
  return policyJsonSchema(ruleShapes);
}
