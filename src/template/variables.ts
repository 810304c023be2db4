/**
 * The variables of one part of a template that is being executed: a stack, since a block's variables end with it and the
 * last of a name hides the others.
 */
import { TemplateFault } from './template-error.js';
import type { Value } from './values/values.js';
import type { TemplateWork } from './work.js';

export class Variables {
  readonly #work: TemplateWork;
  readonly #stack: { readonly name: string; value: Value }[] = [];

  /** With `$`, which every part has. */
  constructor(dollar: Value, work: TemplateWork) {
    this.#work = work;
    this.declare('$', dollar);
  }

  get count(): number {
    return this.#stack.length;
  }

  /** Forgets all but the first `count`. */
  shrink(count: number): void {
    this.#stack.length = count;
  }

  declare(name: string, value: Value): void {
    this.#stack.push({ name, value });
  }

  get(name: string): Value {
    return this.#find(name).value;
  }

  set(name: string, value: Value): void {
    this.#find(name).value = value;
  }

  /** Sets the variable at a place of the stack. */
  setAt(index: number, value: Value): void {
    const variable = this.#stack[index];
    if (variable === undefined) throw new RangeError(`there are no ${index} variables`);
    variable.value = value;
  }

  #find(name: string): { value: Value } {
    this.#work.spendOn(this.#stack);
    const found = this.#stack.findLast((candidate) => candidate.name === name);
    // The parser knows the names of a whole block, also those whose declaration was not reached.
    if (found === undefined) throw new TemplateFault('unknown-name', 'the variable is not declared here');
    return found;
  }
}
