/**
 * The Piscina entry point: some jobs in, their plain results out, or the decoding for a job of which another thread does
 * the rest, or for whatever job of others is split. All work is `src/digest`; the read buffer lives as long as the thread.
 */

import { startJob } from '../src/observe/control.js';
import type { JobResult } from '../src/observe/observation.js';
import { createContext, type WorkContext, withOwner } from '../src/observe/work-context.js';
import { observe } from '../src/threads/observe.js';
import { decodeForOther } from '../src/threads/pair/decoding-thread.js';
import type { DigestTask } from '../src/threads/runner.js';
import { helpOthers } from '../src/threads/split/helping-thread.js';

let context: WorkContext | undefined;

export default async function run(task: DigestTask): Promise<JobResult[]> {
  const { jobs, engine, limits, control, relay, input, split, helps } = task;
  context ??= createContext({ engine, control, limits });
  const ours = relay === undefined ? context : withOwner(context, relay.owner);
  if (helps !== undefined) helpOthers(helps.jobs, helps.slots, context);
  const results: JobResult[] = [];
  for (const { id, job } of jobs) {
    startJob(control, id);
    if (relay?.decodes) await decodeForOther(job, ours, relay.relay);
    else results.push(await observe(job, ours, { relay: relay?.relay, input, split }));
  }
  return results;
}
