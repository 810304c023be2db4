/**
 * The Piscina entry point: one job in, one plain result out. All work is `src/digest`; the read buffer lives as long as
 * the thread.
 */
import type { JobResult } from '../src/digest/observation.js';
import { observe } from '../src/digest/observe.js';
import type { DigestTask } from '../src/digest/run.js';
import { createContext, startJob, type WorkContext } from '../src/digest/work-context.js';

let context: WorkContext | undefined;

export default function run({ job, id, engine, control }: DigestTask): Promise<JobResult> {
  context ??= createContext(engine, control);
  startJob(control, id);
  return observe(job, context);
}
