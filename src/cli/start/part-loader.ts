/**
 * Loads the parts of the bundled program as Node would, each once and in the order in which they ask for each other, with the
 * code that was compiled when they were built. What is no part, Node itself loads.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import type { CompiledCode } from './compiled-code.js';

/** What a part has as `require`. `outside`: an import on demand of what is no part, which code without a module of its own cannot do. */
type Require = ((id: string) => unknown) & { readonly outside: (id: string) => Promise<unknown> };

/** A part as a function; Node's own loader wraps its modules so. */
type Wrapped = (exports: unknown, require: Require, module: Part, file: string, folder: string) => void;

interface Part {
  exports: unknown;
}

const before = '(function (exports, require, module, __filename, __dirname) {';

export class PartLoader {
  readonly #folder: string;
  readonly #compiled: CompiledCode;
  readonly #outside: NodeJS.Require;
  readonly #parts = new Map<string, Part>();
  readonly #scripts = new Map<string, Script>();

  constructor(folder: string, compiled: CompiledCode) {
    this.#folder = folder;
    this.#compiled = compiled;
    this.#outside = createRequire(join(folder, 'program.cjs'));
  }

  /** What a part exports; what it throws is thrown, and the part is loaded anew when it is asked for again. */
  load(name: string): unknown {
    const known = this.#parts.get(name);
    if (known !== undefined) return known.exports;
    const part: Part = { exports: {} };
    this.#parts.set(name, part);
    try {
      this.#run(name, part);
    } catch (error) {
      this.#parts.delete(name);
      throw error;
    }
    return part.exports;
  }

  #run(name: string, part: Part): void {
    const file = join(this.#folder, name);
    const script = this.#scriptOf(name, file);
    this.#scripts.set(name, script);
    const ask = (id: string): unknown => (id.startsWith('./') ? this.load(id.slice(2)) : this.#outside(id));
    const require: Require = Object.assign(ask, { outside: async (id: string): Promise<unknown> => this.#outside(id) });
    const run = script.runInThisContext() as Wrapped;
    run.call(part.exports, part.exports, require, part, file, dirname(file));
  }

  /** The parts in the order in which they were asked for, and whether V8 took their compiled code. */
  loaded(): { readonly name: string; readonly isCompiled: boolean }[] {
    return [...this.#scripts].map(([name, { cachedDataRejected }]) => ({
      name,
      isCompiled: cachedDataRejected === false,
    }));
  }

  /** The code of all parts that were loaded, as far as it has been compiled by now. */
  compiled(): Map<string, Buffer> {
    return new Map([...this.#scripts].map(([name, script]) => [name, script.createCachedData()]));
  }

  #scriptOf(name: string, file: string): Script {
    const cachedData = this.#compiled(name);
    return new Script(`${before}${readFileSync(file, 'utf8')}\n})`, {
      filename: file,
      columnOffset: -before.length,
      ...(cachedData === null ? {} : { cachedData }),
    });
  }
}
