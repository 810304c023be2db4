/**
 * The Piscina entry point: some jobs in, their plain results out, or the decoding for a job of which another thread does
 * the rest. All work is `src/digest`; the read buffer lives as long as the thread.
 */

import { startJob } from '../src/digest/control.js';
import { decodeForOther } from '../src/digest/decoding-thread.js';
import type { JobResult } from '../src/digest/observation.js';
import { observe } from '../src/digest/observe.js';
import type { DigestTask } from '../src/digest/runner.js';
import { createContext, type WorkContext, withOwner } from '../src/digest/work-context.js';

let context: WorkContext | undefined;

export default async function run({ jobs, engine, limits, control, relay, input }: DigestTask): Promise<JobResult[]> {
  context ??= createContext({ engine, control, limits });
  const ours = relay === undefined ? context : withOwner(context, relay.owner);
  const results: JobResult[] = [];
  for (const { id, job } of jobs) {
    startJob(control, id);
    if (relay?.decodes) await decodeForOther(job, ours, relay.relay, input);
    else results.push(await observe(job, ours, { relay: relay?.relay }));
  }
  return results;
}
