/**
 * The Piscina entry point: some jobs in, their plain results out, or the decoding for a job of which another thread does
 * the rest. All work is `src/digest`; the read buffer lives as long as the thread.
 */

import { startJob } from '../src/observe/control.js';
import type { JobResult } from '../src/observe/observation.js';
import { createContext, type WorkContext, withOwner } from '../src/observe/work-context.js';
import { decodeForOther } from '../src/threads/decoding-thread.js';
import { observe } from '../src/threads/observe.js';
import type { DigestTask } from '../src/threads/runner.js';

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
