/**
 * Changed functions of node:fs, for the tests of a file: to count what is read, and for faults that no disk gives to
 * root. Not by `vi.mock`, which changes what is imported from then on only: unit tests share the modules of their process.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll } from 'vitest';

type Fs = typeof fs;
type Functions = Partial<Record<keyof Fs, unknown>>;

/** Everything that imports node:fs has these until the tests of this file have run; `change` is given the real ones. */
export function changedFs(change: (real: Fs) => Functions): void {
  const real = { ...fs };
  const changed = change(real);
  const put = (functions: Functions): void => {
    Object.assign(fs, functions);
    syncBuiltinESMExports();
  };
  beforeAll(() => put(changed));
  afterAll(() => put(Object.fromEntries(Object.keys(changed).map((name) => [name, real[name as keyof Fs]]))));
}
