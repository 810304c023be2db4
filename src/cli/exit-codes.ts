/**
 * The exit codes, a contract for scripts and CI: this is the only place that knows the numbers. A run can end in several
 * ways at once (a fault found, another file unreadable); the gravest decides.
 */

export type Outcome =
  | 'done' // the work was done
  | 'negative' // a judgement went against the input
  | 'usage' // the command line means nothing
  | 'unreadable' // some input could not be read; the others were done
  | 'interrupted' // SIGINT
  | 'terminated' // SIGTERM
  | 'internal'; // the work could not be done, for no fault of the input

const gravestFirst: readonly Outcome[] = [
  'internal',
  'interrupted',
  'terminated',
  'usage',
  'unreadable',
  'negative',
  'done',
];

/** The exit code of a run that ended in these ways; none at all is `done`. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  const outcome = gravestFirst.find((candidate) => outcomes.includes(candidate)) ?? 'done';
  switch (outcome) {
    case 'done':
      return 0;
    case 'negative':
      return 1;
    case 'usage':
      return 2;
    case 'unreadable':
      return 3;
    case 'internal':
      return 4;
    case 'interrupted':
      return 130;
    case 'terminated':
      return 143;
  }
}

/** The same for the help texts. */
export const exitCodeHelp: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'the work was done'],
  [
    '1',
    'a fault that --fail-on counts, or a difference that --exit-code counts; of varve check: a rule failed; of varve plan: something near what is in use goes; of varve pack, delta and apply: something cannot go in; of varve load, save or rm: something was not loaded or saved, or stays; of varve prune: something near what is in use went; of varve repair: something cannot be healed',
  ],
  ['2', 'wrong usage'],
  ['3', 'an input could not be read; the others were done; or a store cannot be used as it is, and was not changed'],
  ['4', 'internal fault'],
  ['130, 143', 'interrupted'],
];
