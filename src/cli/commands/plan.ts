/**
 * `varve plan`: what a cleanup would free, to the byte, before anything is removed. It changes nothing: the result says
 * what goes, what stays and why, and as a script the commands that would do it.
 */
import type { Inventory } from '../../model/inventory.js';
import type { Plan } from '../../model/plan-result.js';
import { type Command, type Context, inputs } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';

export const planCommand: Command = {
  name: 'plan',
  summary: 'what removing images frees, to the byte; proposes what to remove',
  description:
    'Says what a removal frees, counted for all of it together: a layer of two removed images is freed once, one that an ' +
    'image that stays has too is not. Changes nothing. Reads headers and documents only; --verify reads every byte.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github', 'script'],
  options: [
    'remove',
    'free',
    'keep',
    'keep-last',
    'keep-newer',
    'in-use',
    'in-use-lenient',
    'quarantine',
    'for',
    'filter',
    'now',
    'verbose',
    'format',
    'output',
    'verify',
    'fail-on',
    ...scanOptions,
  ],
  examples: [
    ['varve plan images/ --remove dangling,superseded --keep-newer 30d', 'old builds, but none of the last 30 days'],
    ['docker ps | varve plan images/ --free 10GB --keep-last 2 --in-use -', 'a proposal that spares what runs'],
    [
      'varve plan images/ --verify --remove redundant --format script',
      'the commands that delete files with nothing lost',
    ],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { checkPipe, survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { checkPlanOptions, planRequest, tellUnmatched } = await import('../plan-request.js');
    const { tellSelection } = await import('../selection-remarks.js');
    const { findInUse, inUseOfPlan, readInUse, tellNearInUse } = await import('../in-use.js');
    const { planRemoval } = await import('../../analysis/plan.js');
    checkPipe(options, context.io);
    checkPlanOptions(options);
    checkFilters(options);
    const names = await readInUse(options);
    const sinceMs = Date.now();
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const selection = selectImages(inventory, { image: null, filters: options.filters, now: nowOf(options) });
    const used = findInUse(selection, names ?? []);
    const { request, unmatched } = planRequest(options, selection, used.protections);
    const planned = planRemoval(inventory, selection.set, request);
    const plan = { ...planned, inUse: names === null ? null : inUseOfPlan(selection, used, planned) };
    await tellUnmatched(unmatched, options, context.io);
    await tellSelection(null, selection, options, context.io);
    const isNear = await tellNearInUse(plan, options, context.io);
    await show({ plan, inventory, sinceMs }, options, context);
    const outcomes = judge(inventory, options.failOn);
    return isNear && !options.inUseLenient ? [...outcomes, 'negative'] : outcomes;
  },
};

async function show(
  { plan, inventory, sinceMs }: { readonly plan: Plan; readonly inventory: Inventory; readonly sinceMs: number },
  options: CommandOptions,
  context: Context,
): Promise<void> {
  const { planLead, planText } = await import('../../report/plan-text.js');
  const { deliverForm, tellVerdict } = await import('../forms.js');
  if (options.format === 'script') {
    const { scriptOf } = await import('../plan-script.js');
    const { deliver } = await import('../output.js');
    const script = await scriptOf(plan, { sinceMs, signal: context.io.signal }, options);
    await deliver(script, options, context.io);
    await tellVerdict(() => planLead(plan), options, context.io);
    return;
  }
  const { planCsv, planLines } = await import('../../report/plan-records.js');
  const { verificationChecks } = await import('../../report/verification-checks.js');
  const { withFaults } = await import('../../analysis/faults.js');
  const { viewOf } = await import('../render.js');
  const forms = {
    document: plan,
    blocks: () => planText(plan, viewOf(options)),
    lead: () => planLead(plan),
    csv: () => planCsv(plan),
    lines: () => planLines(plan),
    checks: () => verificationChecks('plan', withFaults(inventory), options.failOn),
  };
  await deliverForm(forms, options, context);
}
