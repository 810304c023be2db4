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
    ['varve plan images/ --remove shop/api:1.0 --format script', 'the commands that remove a tag'],
  ],
  defaults: { failOn: 'never', readBodies: false },
  async run(options, context) {
    const { checkPipe, survey, judge } = await import('../survey.js');
    const { checkFilters, nowOf, selectImages } = await import('../select.js');
    const { checkPlanOptions, planRequest, readInUse } = await import('../plan-request.js');
    const { planRemoval } = await import('../../analysis/plan.js');
    const { deliver } = await import('../output.js');
    checkPipe(options, context.io);
    checkPlanOptions(options);
    checkFilters(options);
    const inUse = await readInUse(options);
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false });
    const selection = selectImages(inventory, { image: null, filters: options.filters, now: nowOf(options) });
    const plan = planRemoval(inventory, selection.set, planRequest(options, selection, inUse));
    await deliver(await render({ plan, inventory }, options, context), options, context.io);
    return judge(inventory, options.failOn);
  },
};

async function render(
  { plan, inventory }: { readonly plan: Plan; readonly inventory: Inventory },
  options: CommandOptions,
  context: Context,
): Promise<string> {
  if (options.format === 'script') {
    const { planScript } = await import('../../report/plan-script.js');
    return planScript(plan);
  }
  const { planLead, planText } = await import('../../report/plan-text.js');
  const { planCsv, planLines } = await import('../../report/plan-records.js');
  const { verificationChecks } = await import('../../report/verification-checks.js');
  const { viewOf } = await import('../render.js');
  const { renderForm } = await import('../forms.js');
  const forms = {
    document: plan,
    blocks: () => planText(plan, viewOf(options)),
    lead: () => planLead(plan),
    csv: () => planCsv(plan),
    lines: () => planLines(plan),
    checks: () => verificationChecks('plan', inventory.archives, options.failOn),
  };
  return renderForm(forms, options, context);
}
