/**
 * `eq`, `lt` and their kin as Go compares: only what is of one kind, with one exception for ints and bytes. Lists, maps
 * and structs are equal to nothing, and asking is an error unless the other side is nil.
 */

import { TemplateFault } from '../template-error.js';
import { compareText } from './go-text.js';
import { isNil, type Kinded, kinded, typeName } from './values.js';

/** Whether the value equals one of the others; those after the first equal one are not looked at. */
export function equals(value: unknown, others: readonly unknown[]): boolean {
  if (others.length === 0) throw new TemplateFault('wrong-count', 'there is nothing to compare with');
  return others.some((other) => areEqual(value, other));
}

function areEqual(a: unknown, b: unknown): boolean {
  const [first, second] = [kinded(a), kinded(b)];
  if (first.kind === 'nil' || second.kind === 'nil') return isNil(a) && isNil(b);
  const [number, otherNumber] = [wholeNumber(first), wholeNumber(second)];
  if (number !== null && otherNumber !== null) return number === otherNumber;
  if (first.kind !== second.kind) throw incompatible(a, b);
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (first.kind === 'list' || first.kind === 'map' || first.kind === 'struct') {
    throw new TemplateFault('wrong-type', `values of type ${typeName(a)} cannot be compared`);
  }
  return first.value === second.value;
}

/** Negative, zero or positive; NaN where one of the values is. */
export function compare(a: unknown, b: unknown): number {
  const [first, second] = [kinded(a), kinded(b)];
  if (first.kind === 'string' && second.kind === 'string') return compareText(first.value, second.value);
  const [number, otherNumber] = [wholeNumber(first), wholeNumber(second)];
  if (number !== null && otherNumber !== null) return number < otherNumber ? -1 : Number(number > otherNumber);
  if (first.kind !== 'float' || second.kind !== 'float') throw incompatible(a, b);
  // The difference of two infinities is NaN too, so subtraction will not do.
  if (first.value === second.value) return 0;
  return first.value < second.value ? -1 : first.value > second.value ? 1 : Number.NaN;
}

/** Ints and bytes by their number, null for any other kind. */
function wholeNumber(go: Kinded): number | bigint | null {
  return go.kind === 'int' || go.kind === 'byte' ? go.value : null;
}

function incompatible(a: unknown, b: unknown): TemplateFault {
  return new TemplateFault('wrong-type', `values of types ${typeName(a)} and ${typeName(b)} have no order or equality`);
}
