/** The prediction of `varve plan`, or its script. */
import { withFaults } from '../../../../analysis/faults/faults.js';
import { makePlan } from '../../../../analysis/removal/plan.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import type { Plan } from '../../../../model/results/plan.js';
import { planCsv, planLines } from '../../../../report/plan/plan-records.js';
import { planLead, planText } from '../../../../report/plan/plan-text.js';
import { verificationChecks } from '../../../../report/verification/verification-checks.js';
import { inTurns } from '../../../../sources/steps.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { deliverForm, tellVerdict } from '../../../output/forms.js';
import { deliver } from '../../../output/output.js';
import { scriptOf } from '../../../output/plan-script.js';
import { viewOf } from '../../../output/render.js';
import { findInUse, inUseOfPlan, readInUse, tellNearInUse } from '../../../selection/in-use.js';
import { checkPlanOptions, planRequest, tellUnmatched } from '../../../selection/plan-request.js';
import { selectImages } from '../../../selection/select.js';
import { tellSelection } from '../../../selection/selection-remarks.js';
import { storePositions } from '../../../selection/store-settings.js';
import { checkPipe, judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  | 'remove'
  | 'free'
  | 'keep'
  | 'keep-last'
  | 'keep-newer'
  | 'in-use'
  | 'in-use-lenient'
  | 'quarantine'
  | 'for'
  | 'filter'
  | 'now'
  | 'verbose'
  | 'format'
  | 'output'
  | 'verify'
  | 'fail-on'
  | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const pipedNames = options.inUse.includes('-');
  checkPipe(options, context.io, pipedNames);
  checkPlanOptions(options);
  const names = await readInUse(options);
  const sinceMs = Date.now();
  const inventory = await survey(options, context.io, { inventories: true, listsSkipped: false, pipedNames });
  const { filters, now } = options;
  const selection = await inTurns(selectImages(inventory, { image: null, filters, now }), context.io.signal);
  const used = findInUse(selection, names ?? []);
  const { request, unmatched } = planRequest(options, selection, used.protections);
  const wanted = { ...request, stores: storePositions(inventory) };
  const planned = await inTurns(makePlan(inventory, selection.set, wanted), context.io.signal);
  const plan = { ...planned, inUse: names === null ? null : inUseOfPlan(selection, used, planned) };
  await tellUnmatched(unmatched, options, context.io);
  await tellSelection(null, selection, options, context.io);
  const isNear = await tellNearInUse(plan, options, context.io);
  await show({ plan, inventory, sinceMs }, options, context);
  const outcomes = judge(inventory, options.failOn);
  return isNear && !options.inUseLenient ? [...outcomes, 'negative'] : outcomes;
}

async function show(
  { plan, inventory, sinceMs }: { readonly plan: Plan; readonly inventory: Inventory; readonly sinceMs: number },
  options: Options,
  context: Context,
): Promise<void> {
  if (options.format === 'script') {
    const script = await scriptOf(plan, { sinceMs, signal: context.io.signal }, options);
    await deliver(script, options, context.io);
    await tellVerdict(() => planLead(plan), options, context.io);
    return;
  }
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
