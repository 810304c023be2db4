/**
 * What follows from the rules of a policy for the whole: pass or fail, why, and what to do where rules were skipped. A gate
 * that judged nothing does not open, whatever the policy says of skipped rules; nor does one that saw no image, unless the policy
 * allows that.
 */

import type { Check, CheckedRule } from '../../model/results/check.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import type { Policy } from './policy.js';
import { ruleNamed } from './rules/rules.js';

type Verdict = Pick<Check, 'verdict' | 'failedBy' | 'advice'>;

/** The verdict on rules that were held against these archives; `strict` = a skipped rule fails it. */
export function verdictOf(
  rules: readonly CheckedRule[],
  archives: readonly ArchiveRecord[],
  { strict, allowNoImage }: Pick<Policy, 'strict' | 'allowNoImage'>,
): Verdict {
  const skipped = rules.filter(({ status }) => status === 'skip');
  const unreadable = archives.some(({ status }) => status === 'unreadable');
  const failedBy: Check['failedBy'] = [];
  if (rules.some(({ status }) => status === 'fail')) failedBy.push('failed-rules');
  if (unreadable) failedBy.push('unreadable-inputs');
  const hasImage = archives.some(({ images }) => images.length > 0);
  // Of no image no rule about images says anything, and that is allowed then; whether bytes are intact is another matter.
  const excused = allowNoImage && !hasImage && skipped.every(({ rule }) => ruleNamed(rule)?.needsBodies !== true);
  if (skipped.length === rules.length && !unreadable && !excused) failedBy.push('nothing-judged');
  else if (!hasImage && !unreadable && !allowNoImage) failedBy.push('no-image');
  if (strict && skipped.length > 0 && !excused) failedBy.push('skipped-rules');
  const advised = failedBy.includes('nothing-judged') || failedBy.includes('skipped-rules');
  const advice = [
    ...(failedBy.includes('no-image') ? [noImageAdvice] : []),
    ...(advised ? [adviceOn(skipped, archives)] : []),
  ];
  return {
    verdict: failedBy.length > 0 ? 'fail' : 'pass',
    failedBy,
    advice: advice.length === 0 ? null : advice.join(' '),
  };
}

const noImageAdvice =
  'No image is in the inputs: varve ls --all lists what is. Where that is meant, run varve check --allow-no-image, or say allow-no-image: true in the policy.';

/** What makes skipped rules judgeable, by the state of the archives. */
const remedies = [
  {
    state: 'recorded',
    helps: ({ rule }: CheckedRule) => rule === 'intact',
    advice:
      'An inventory tells what was found earlier: give the archives themselves, or run varve check --accept-recorded if you vouch for it.',
  },
  {
    state: 'cached',
    helps: ({ rule }: CheckedRule) => rule === 'intact',
    advice: 'What an earlier run found is no judgement of now: run varve check without --cache.',
  },
  {
    state: 'unverified',
    helps: ({ rule }: CheckedRule) => ruleNamed(rule)?.needsBodies === true,
    advice: 'The bytes were not read: run varve check on the archives without --no-verify.',
  },
  {
    state: 'unchecked',
    helps: ({ rule }: CheckedRule) => rule === 'intact',
    advice: 'Archives of docker before 1.10 name no digest: load them, and save them again with a docker of today.',
  },
] as const;

/** What to do, as sentences. */
function adviceOn(skipped: readonly CheckedRule[], archives: readonly ArchiveRecord[]): string {
  const advice: string[] = remedies
    .filter(({ state, helps }) => archives.some(({ status }) => status === state) && skipped.some(helps))
    .map((remedy) => remedy.advice);
  if (skipped.some(({ images, checked, unknown }) => images.length > 0 && checked + unknown.length === 0)) {
    advice.push('No image has a name like a rule wants it: correct the pattern, or leave the rule out.');
  }
  if (advice.length === 0) advice.push('Each skipped rule says what was not known; varve verify tells more of it.');
  return advice.join(' ');
}
