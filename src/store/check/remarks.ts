/** What is said of a store beside its findings, each with what to do next; the gravest first. Pure. */
import type { StoreLock, StoreRemark } from '../../model/results/store/store-check.js';
import type { Leftovers } from './leftovers.js';

export interface StoreState {
  readonly store: string;
  /** Why the index cannot be read; null where it can. */
  readonly indexProblem: string | null;
  readonly lock: StoreLock | null;
  readonly leftovers: Leftovers;
  readonly foreign: readonly { readonly what: string; readonly bytes: number }[];
  readonly unneeded: readonly { readonly bytes: number; readonly reason: 'recent' | 'subject' | null }[];
}

const shownNames = 3;
const ranks: Readonly<Record<StoreRemark['severity'], number>> = { error: 0, warning: 1, hint: 2 };

/** Everything that is to be said. */
export function remarksOf(state: StoreState): StoreRemark[] {
  const all = [...indexRemarks(state), ...lockRemarks(state), ...leftRemarks(state), ...fileRemarks(state)];
  return all.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

function indexRemarks({ indexProblem }: StoreState): StoreRemark[] {
  if (indexProblem === null) return [];
  const next = 'put a copy of it back, or load its archives into a new store: varve load INPUT --store DIR';
  return [{ what: 'index', severity: 'error', files: 1, bytes: 0, message: indexProblem, next }];
}

function lockRemarks({ lock }: StoreState): StoreRemark[] {
  if (lock === null) return [];
  const since = lock.since === null ? '' : ` since ${lock.since}`;
  const fact = { what: 'lock', severity: 'hint', files: 1, bytes: 0 } as const;
  return lock.isGone
    ? [
        {
          ...fact,
          message: `the lock is that of ${lock.holder}, which is gone; the next writer takes it over`,
          next: null,
        },
      ]
    : [
        {
          ...fact,
          message: `${lock.holder} holds the lock${since}: what is said here may change while it writes`,
          next: 'where it is certain that nobody writes, delete .varve/lock',
        },
      ];
}

function leftRemarks({ store, lock, leftovers }: StoreState): StoreRemark[] {
  const { uploads, quarantine, guards, unknown, isMarked, ballastBytes } = leftovers;
  const isWritten = lock !== null && !lock.isGone;
  const remarks: StoreRemark[] = [];
  const say = (
    what: StoreRemark['what'],
    severity: StoreRemark['severity'],
    files: { readonly names: readonly string[]; readonly bytes: number },
    told: Pick<StoreRemark, 'message' | 'next'>,
  ): void => void remarks.push({ what, severity, files: files.names.length, bytes: files.bytes, ...told });
  if (uploads.names.length > 0) {
    say('uploads', 'hint', uploads, {
      message: isWritten
        ? `${counted(uploads)} not finished yet, or left by an earlier writer`
        : `${counted(uploads)} that a writer which is gone had begun`,
      next: `varve prune --store ${shellWord(store)}`,
    });
  }
  if (quarantine.names.length > 0) {
    say('quarantine', 'warning', quarantine, {
      message: `${counted(quarantine)} set aside in .varve/quarantine: they stood under a digest that is not theirs`,
      next: 'look at the disk they were on; once nobody wants them, delete them',
    });
  }
  if (isMarked && !isWritten) {
    say(
      'mark',
      'hint',
      { names: ['removing'], bytes: 0 },
      {
        message:
          '.varve/removing was left by a writer that was killed while bodies went; readers pass over it after a minute',
        next: `varve prune --store ${shellWord(store)}`,
      },
    );
  }
  if (guards.names.length > 0 && !isWritten) {
    say('lock', 'hint', guards, {
      message: `${counted(guards)} of a process that was killed while it took over a lock (${listed(guards.names)})`,
      next: 'where it is certain that nobody writes, delete them from .varve',
    });
  }
  if (unknown.names.length > 0) {
    say('work', 'hint', unknown, {
      message: `${counted(unknown)} in .varve that no writer puts there: ${listed(unknown.names)}`,
      next: 'move them to where they belong',
    });
  }
  if (ballastBytes === null) {
    say(
      'ballast',
      'hint',
      { names: [], bytes: 0 },
      {
        message: 'nothing is kept for a full disk (.varve/ballast); the next writer keeps it, where there is space',
        next: null,
      },
    );
  }
  return remarks;
}

function fileRemarks({ store, foreign, unneeded }: StoreState): StoreRemark[] {
  const remarks: StoreRemark[] = [];
  const loose = unneeded.filter(({ reason }) => reason !== 'subject');
  const recent = loose.filter(({ reason }) => reason === 'recent');
  if (loose.length > 0) {
    const all = { names: loose, bytes: sumOf(loose) };
    const young =
      recent.length === 0
        ? ''
        : `; ${recent.length} of them may just be being written, since they are younger than an hour (varve prune --grace 0s takes them)`;
    remarks.push({
      what: 'unreferenced',
      severity: 'hint',
      files: loose.length,
      bytes: all.bytes,
      message: `${counted(all)} that nothing in the index needs${young}`,
      next: `varve prune --store ${shellWord(store)}`,
    });
  }
  if (foreign.length > 0) {
    const files = { names: foreign.map(({ what }) => what), bytes: sumOf(foreign) };
    remarks.push({
      what: 'foreign',
      severity: 'hint',
      files: foreign.length,
      bytes: files.bytes,
      message: `${counted(files)} that no store has, and that no removal touches: ${listed(files.names)}`,
      next: 'move them to where they belong',
    });
  }
  return remarks;
}

/** A path as it may be typed. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function counted({ names, bytes }: { readonly names: readonly unknown[]; readonly bytes: number }): string {
  const files = names.length === 1 ? '1 file' : `${names.length} files`;
  return bytes === 0 ? files : `${files} (${bytes} bytes)`;
}

function listed(names: readonly string[]): string {
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : '';
  return names.slice(0, shownNames).join(', ') + more;
}
