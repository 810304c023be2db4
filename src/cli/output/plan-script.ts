/**
 * `varve plan --format script`: looks at the files that go, as they are now, and writes the commands. What was found whole
 * and intact elsewhere has to be known from the bytes before a command deletes the other copy.
 */
import type { Plan } from '../../model/results/plan.js';
import { planDockerScript } from '../../report/plan/plan-docker-script.js';
import { planScript } from '../../report/plan/plan-script.js';
import { type SeeOptions, seeFiles } from '../../scan/see-files.js';
import type { OptionValues } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';

/** The script that the options ask for. Throws UsageError where it would rest on bytes that nobody has read. */
export async function scriptOf(
  plan: Plan,
  see: SeeOptions,
  options: OptionValues<'for' | 'remove' | 'quarantine'>,
): Promise<Iterable<string>> {
  if (options.scriptFor === 'docker') return planDockerScript(plan);
  if (!plan.verified && options.remove.some(({ kind }) => kind === 'files')) {
    throw new UsageError(
      '--format script with --remove redundant or damaged takes --verify: whether the other copies are intact is known only from their bytes',
    );
  }
  return planScript(plan, { seen: await seeFiles(plan, see), quarantine: options.quarantine });
}
