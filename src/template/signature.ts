/**
 * What a template function is, and whether a call fits it. The checks are Go's: a string is taken only where one is due,
 * an int too, and nothing at all where any value will do. They throw a Fault; the evaluator knows the place.
 */

import { TemplateFault } from './template-error.js';
import { Typed } from './values/go-types.js';
import { kinded, typeName } from './values/values.js';
import type { TemplateWork } from './work.js';

export type ParameterType = 'any' | 'string' | 'int';

export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** What arguments beyond the parameters must be; without it there may be none. */
  readonly rest?: ParameterType;
  /**
   * Takes plain data, `null` for nothing, and gives plain data. A Fault becomes an error at the place of the call.
   * `work` bounds the execution: whoever makes long texts or lists charges it.
   */
  call(this: void, values: readonly unknown[], work: TemplateWork): unknown;
}

export type TemplateFunctions = Readonly<Record<string, TemplateFunction>>;

export function parameterType({ parameters, rest }: TemplateFunction, index: number): ParameterType {
  return parameters[index] ?? rest ?? 'any';
}

export function checkArgumentCount(name: string, { parameters, rest }: TemplateFunction, count: number): void {
  const wanted = parameters.length;
  if (count === wanted || (rest !== undefined && count > wanted)) return;
  const least = rest === undefined ? '' : 'at least ';
  throw new TemplateFault(
    'wrong-count',
    `${name} takes ${least}${wanted} ${wanted === 1 ? 'argument' : 'arguments'}, not ${count}`,
  );
}

/** The value as the function takes it: ints as numbers, nothing as null. */
export function checkType(value: unknown, type: ParameterType): unknown {
  if (type === 'any') return value ?? null;
  // A named type is another type, whatever its kind.
  const go = value instanceof Typed ? null : kinded(value);
  if (go?.kind === 'int' && type === 'int') return Number(go.value);
  if (go?.kind === 'string' && type === 'string') return go.value;
  const found = go?.kind === 'nil' ? 'nothing' : `a value of type ${typeName(value)}`;
  throw new TemplateFault('wrong-type', `${found} where ${type === 'int' ? 'an int' : 'a string'} is due`);
}
