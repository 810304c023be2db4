/**
 * Who holds the lock of a store, as the text that the lock is made of, and whether that process is provably gone. On the
 * same host that is so where the machine has been started anew since then, or where no process has that number any more,
 * or another one has it, or one that has ended and that nobody has buried. What cannot be proven is taken for alive: of two hosts nobody knows the processes of the other.
 * Hostile input: a lock that anybody wrote; it is read as text of a bounded size, and what is no lock of ours is alive.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What only the program itself knows of its process. */
export interface OwnProcess {
  readonly pid: number;
  /** Whether there is a process with this number. */
  readonly isRunning: (pid: number) => boolean;
}

/** The facts in a lock; a dash where the system does not tell. */
export interface LockOwner {
  readonly pid: number;
  /** When the process began, in ticks of the machine. */
  readonly began: string;
  /** Unlike that of any other lock, so that a lock is known again. */
  readonly token: string;
  readonly machine: string;
  readonly boot: string;
  /** The namespace in which the number of the process means something. */
  readonly space: string;
  readonly host: string;
}

const unknown = '-';
const grammar =
  /^(\d{1,10})\.(\d{1,20}|-)\.([0-9a-f]{12})\.([0-9a-f]{6}|-)\.([0-9a-f]{6}|-)\.(\d{1,12}|-)\.(.{1,255})$/s;

/** The owner that this process is of the next lock. */
export function ownerOf({ pid }: OwnProcess): LockOwner {
  return {
    pid,
    began: processOf(pid).began,
    token: randomBytes(6).toString('hex'),
    machine: shortened(textOf('/etc/machine-id')),
    boot: shortened(textOf('/proc/sys/kernel/random/boot_id')),
    space: spaceOf(),
    host: hostname().replaceAll('/', '') || unknown,
  };
}

/** The text of a lock: short enough to lie in the entry of a folder, so that it needs no space on a full disk. */
export function lockText({ pid, began, token, machine, boot, space, host }: LockOwner): string {
  return [pid, began, token, machine, boot, space, host].join('.');
}

/** Reads the text of a lock; null where it is none of ours. */
export function parseLock(text: string): LockOwner | null {
  const [, pid, began, token, machine, boot, space, host] = grammar.exec(text) ?? [];
  if (host === undefined) return null;
  const facts = { began, token, machine, boot, space } as Omit<LockOwner, 'pid' | 'host'>;
  return { pid: Number(pid), ...facts, host };
}

/** Whether it can be known here if the process of a lock is gone. */
export function isHere(owner: LockOwner, self: LockOwner): boolean {
  const { host, machine, boot, space } = owner;
  return host === self.host && machine === self.machine && boot === self.boot && space === self.space;
}

/** Whether the process of a lock is provably gone. */
export function isGone(owner: LockOwner, own: OwnProcess, self: LockOwner = ownerOf(own)): boolean {
  if (owner.host !== self.host || owner.machine !== self.machine) return false;
  if (owner.boot !== self.boot) return owner.machine !== unknown && owner.boot !== unknown && self.boot !== unknown;
  if (owner.space !== self.space) return false;
  if (!own.isRunning(owner.pid)) return true;
  const { began, hasEnded } = processOf(owner.pid);
  if (hasEnded) return true;
  return owner.began !== unknown && began !== unknown && began !== owner.began;
}

/**
 * When a process began and whether it has ended and nobody has asked how, which leaves its number taken: fields 22 and 3 of
 * its stat, behind the name, which may hold anything (proc(5)).
 */
function processOf(pid: number): { readonly began: string; readonly hasEnded: boolean } {
  const text = textOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', began = ''] = [fields[0], fields[19]];
  return { began: /^\d{1,20}$/.test(began) ? began : unknown, hasEnded: ['Z', 'X', 'x'].includes(state) };
}

function spaceOf(): string {
  try {
    return /\[(\d{1,12})\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1] ?? unknown;
  } catch {
    return unknown;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function shortened(text: string): string {
  return text === '' ? unknown : createHash('sha256').update(text).digest('hex').slice(0, 6);
}
