/**
 * `varve check`: a policy held against archives, for a gate in CI. The policy is read and refused before anything else
 * happens; it also decides whether a single layer body has to be read.
 */
import type { Policy } from '../../analysis/policy/policy.js';
import { VarveError } from '../../model/error.js';
import type { Inventory } from '../../model/inventory.js';
import { limits } from '../../model/limits.js';
import { type Command, inputs } from '../command.js';
import type { CommandIo } from '../command-io.js';
import type { Outcome } from '../exit-codes.js';
import { readNamedDocument, readNamedFile } from '../named-file.js';
import { type CommandOptions, scanOptions } from '../options.js';
import { UsageError } from '../usage-error.js';

export const checkCommand: Command = {
  name: 'check',
  summary: 'hold the archives against a policy: pass or fail, for CI',
  description:
    'Judges the archives by rules, each pass, fail, warn or skip, and exits 1 if one fails. What is not known is skipped ' +
    'with the reason, never passed; if every rule is skipped, or one with --strict, that fails too. Without rules: every digest fits and every name means one thing; warnings where ' +
    'images are untagged or superseded, where bytes belong to nothing, where the environment names a secret. Reads ' +
    'layer bodies only if a rule needs them.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: [
    'policy',
    'rule',
    'baseline',
    'strict',
    'allow-no-image',
    'format',
    'output',
    'no-verify',
    'accept-recorded',
    'now',
    'verbose',
    ...scanOptions,
  ],
  examples: [
    ['varve check images/', 'the default policy'],
    ['varve check images/ --rule intact --rule max-reclaimable=10% --rule max-total=10GB', 'rules of your own'],
    ['varve check images/ --policy policy.yml --format markdown -o summary.md', 'rules of a file; a page for the job'],
    ['varve check images/ --baseline before.json --rule max-growth=5%', 'against what varve scan wrote before'],
  ],
  defaults: { failOn: 'never', readBodies: true },
  async run(options, context) {
    const { needsBodies } = await import('../../analysis/policy/policy.js');
    const policy = await readPolicy(options);
    const baseline = await readBaseline(options, policy);
    const { survey } = await import('../survey.js');
    const { check } = await import('../../analysis/check.js');
    const { checkText } = await import('../../report/check-text.js');
    const { policyChecks } = await import('../../report/check-checks.js');
    const { checkCsv, checkLines } = await import('../../report/check-records.js');
    const { viewOf } = await import('../render.js');
    const { deliverForm } = await import('../forms.js');
    const { nowOf } = await import('../select.js');
    const readBodies = options.readBodies && needsBodies(policy);
    const inventory = await survey({ ...options, readBodies }, context.io, {
      inventories: true,
      listsSkipped: options.format !== 'csv',
    });
    const result = check(inventory, policy, { now: nowOf(options), baseline });
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
  },
};

/** Says on standard error which limits of a rule fit no image, so that a slip in one does not pass for an answer. */
async function tellIdle(policy: Policy, inventory: Inventory, { quiet }: CommandOptions, io: CommandIo): Promise<void> {
  if (quiet) return;
  const { idlePatterns } = await import('../../analysis/policy/idle-patterns.js');
  const { tell } = await import('../command-io.js');
  for (const { rule, pattern } of idlePatterns(policy, inventory)) {
    await tell(io, `pattern ${JSON.stringify(pattern)} of the rule ${rule} fits no image here`);
  }
}

/** The rules of the file and those of the command line, which are stronger; without any, the default. */
async function readPolicy({ policy: path, rules, strict, allowNoImage }: CommandOptions): Promise<Policy> {
  const { defaultPolicy, overridden, parseRules } = await import('../../analysis/policy/policy.js');
  const own = { ...underOption('--rule', () => parseRules(rules)), strict, allowNoImage };
  if (path === null) return rules.length === 0 ? { ...defaultPolicy(), strict, allowNoImage } : own;
  const { parsePolicy } = await import('../../analysis/policy/policy-file.js');
  return overridden(parsePolicy(readNamedFile('--policy', path, limits.policyBytes), path), own);
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

async function readBaseline({ baseline: path }: CommandOptions, policy: Policy): Promise<Inventory | null> {
  const { baselineRuleNames } = await import('../../analysis/policy/policy.js');
  const [needing] = baselineRuleNames(policy);
  if (path === null) {
    if (needing === undefined) return null;
    throw new UsageError(`the rule ${needing} compares with an earlier state: name one with --baseline FILE`);
  }
  if (needing === undefined) {
    throw new UsageError('--baseline is given, and no rule compares with it; varve help policy lists those that do');
  }
  const { parseInventory } = await import('../../read-inventory.js');
  return readNamedDocument('--baseline', path, parseInventory);
}
