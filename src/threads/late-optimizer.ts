/**
 * How soon V8 makes code run fast. As it is, half of all processor time over some thousand small archives goes to its optimizer,
 * in threads of its own, for code that by then is nearly done. Only for a program that has nothing else to do: a flag of
 * V8 holds for all of its process.
 */
import { setFlagsFromString } from 'node:v8';

/** Has V8 optimize late, where it is of a version for which there is a flag for that. */
export function optimizeLate(): void {
  const flag = lateFlag();
  if (flag !== null) setFlagsFromString(flag);
}

/**
 * The flag by which ten to fifteen times as much has to run before code is optimized. Null where V8 has a compiler in between (Node 24 on):
 * there it is no gain. What V8 offers tells how old it is, since of a flag that it does not know it complains on standard error.
 */
export function lateFlag(): string | null {
  if ('escape' in RegExp) return null;
  return 'fromAsync' in Array ? '--invocation-count-for-turbofan=30000' : '--interrupt-budget=1000000';
}
