/**
 * The Piscina entry point: some jobs in, their plain results out. All work is `src/digest`; the read buffer lives as
 * long as the thread.
 */
import type { JobResult } from '../src/digest/observation.js';
import { observe } from '../src/digest/observe.js';
import type { DigestTask } from '../src/digest/run.js';
import { createContext, startJob, type WorkContext } from '../src/digest/work-context.js';

let context: WorkContext | undefined;

export default async function run({ jobs, engine, control }: DigestTask): Promise<JobResult[]> {
  context ??= createContext({ engine, control });
  const results: JobResult[] = [];
  for (const { id, job } of jobs) {
    startJob(control, id);
    results.push(await observe(job, context));
  }
  return results;
}
