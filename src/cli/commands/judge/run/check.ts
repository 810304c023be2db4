/**
 * The judging of `varve check`. The policy is read and refused before anything else happens; it also decides whether a single
 * layer body has to be read.
 */
import { makeCheck } from '../../../../analysis/policy/check.js';
import { idlePatterns } from '../../../../analysis/policy/idle-patterns.js';
import {
  baselineRuleNames,
  defaultPolicy,
  needsBodies,
  overridden,
  type Policy,
  parseRules,
} from '../../../../analysis/policy/policy.js';
import { VarveError } from '../../../../model/error.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import { policyChecks } from '../../../../report/check/check-checks.js';
import { checkCsv, checkLines } from '../../../../report/check/check-records.js';
import { checkText } from '../../../../report/check/check-text.js';
import { inTurns } from '../../../../sources/steps.js';
import { type CommandIo, tell } from '../../../command-io.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import { readBaselineFile, readPolicyFile } from '../../../line/named-file.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions, OptionValues } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliverForm } from '../../../output/forms.js';
import { viewOf } from '../../../output/render.js';
import { survey } from '../../../survey.js';

type Options = CommandOptions<
  | 'policy'
  | 'rule'
  | 'baseline'
  | 'strict'
  | 'allow-no-image'
  | 'format'
  | 'output'
  | 'verify'
  | 'no-verify'
  | 'accept-recorded'
  | 'now'
  | 'verbose'
  | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const policy = await readPolicy(options);
  const baseline = await readBaseline(options, policy);
  const readBodies = options.readBodies && needsBodies(policy);
  const inventory = await survey({ ...options, readBodies }, context.io, {
    inventories: true,
    listsSkipped: options.format !== 'csv',
  });
  const result = await inTurns(makeCheck(inventory, policy, { now: options.now, baseline }), context.io.signal);
  await tellIdle(policy, inventory, options, context.io);
  const forms = {
    document: result,
    blocks: () => checkText(result, viewOf(options)),
    csv: () => checkCsv(result),
    lines: () => checkLines(result),
    checks: () => policyChecks(result),
  };
  await deliverForm(forms, options, context);
  return result.failedBy.map((reason): Outcome => (reason === 'unreadable-inputs' ? 'unreadable' : 'negative'));
}

/** Says on standard error which limits of a rule fit no image, so that a slip in one does not pass for an answer. */
async function tellIdle(
  policy: Policy,
  inventory: Inventory,
  { quiet }: OptionValues<'quiet'>,
  io: CommandIo,
): Promise<void> {
  if (quiet) return;
  for (const { rule, pattern } of idlePatterns(policy, inventory)) {
    await tell(io, `pattern ${JSON.stringify(pattern)} of the rule ${rule} fits no image here`);
  }
}

/** The rules of the file and those of the command line, which are stronger; without any, the default. */
async function readPolicy({ policy: path, rules, strict, allowNoImage }: Options): Promise<Policy> {
  const own = { ...underOption('--rule', () => parseRules(rules)), strict, allowNoImage };
  if (path === null) return rules.length === 0 ? { ...defaultPolicy(), strict, allowNoImage } : own;
  return overridden(await readPolicyFile(path), own);
}

/** What `parse` gives; what it refuses names the option that it came by. */
function underOption<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof VarveError && error.code === 'usage') throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

async function readBaseline({ baseline: path }: Options, policy: Policy): Promise<Inventory | null> {
  const [needing] = baselineRuleNames(policy);
  if (path === null) {
    if (needing === undefined) return null;
    throw new UsageError(`the rule ${needing} compares with an earlier state: name one with --baseline FILE`);
  }
  if (needing === undefined) {
    throw new UsageError('--baseline is given, and no rule compares with it; varve help policy lists those that do');
  }
  return readBaselineFile(path);
}
