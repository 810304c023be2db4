/**
 * Every attack of `npm run bench:costs`, at its larger size, beside an honest archive, in a process with a heap of 256 MB:
 * whatever is given up of the hostile archives, the run ends as a run should, and tells of the honest one. It starts the
 * built program, so that the heap is its own. Each attack meets the first form and two of the others in turn; all of them
 * with `VARVE_FORMS=whole`.
 */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { attacks } from '../../bench/costs/attacks.js';
import { dockerSave, image, layer, rawTar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { newFolder } = temporaryFolder();
const honest = image({ layers: [layer({ files: [{ path: 'honest' }] })], tags: ['docker.io/library/honest:1'] });
const tar = rawTar(dockerSave([honest], { variant: 'crane' }));

const forms = [
  'verify INPUT --format json',
  'verify INPUT --format junit',
  'report INPUT --format json',
  'check INPUT --rule intact --format json',
  'ls INPUT --format json',
  'plan INPUT --remove superseded --format json',
];

const isWhole = process.env['VARVE_FORMS'] === 'whole';

/** What one archive may have of these is bounded by itself; of many archives, for the run. */
const multiplied = ['images in one save archive', 'that are not there', 'layers that are listed by very many images'];

const cases = attacks.flatMap(({ name, sizes: [, size], tars }) => [
  { name, size, archives: () => [...tars(size)] },
  ...(multiplied.some((part) => name.includes(part))
    ? [
        {
          name: `${name}, eight times`,
          size,
          archives: () =>
            Array<Buffer[]>(8)
              .fill([...tars(size)])
              .flat(),
        },
      ]
    : []),
]);

/** The forms for the case at a place in their list. */
function formsFor(place: number): readonly string[] {
  const [first = '', ...others] = forms;
  const turn = [place, place + 2].map((at) => others[at % others.length] ?? '');
  return isWhole ? forms : [first, ...turn];
}

/** What is wrong with how a form ends; null where nothing is. */
function faultOf(form: string, folder: string): string | null {
  const words = form.split(' ').map((word) => (word === 'INPUT' ? folder : word));
  const options = { encoding: 'utf8', maxBuffer: 1 << 29 } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=256', 'dist/src/cli/main.cjs', ...words],
    options,
  );
  const isEnd = status !== null && [0, 1, 3].includes(status) && !stderr.includes('bug in varve');
  if (isEnd && stdout.includes('zz-honest.tar')) return null;
  return `${form}: ${status} ${isEnd ? 'without the honest archive' : stderr.slice(-500)}`;
}

describe('a heap of 256 MB', () => {
  it.each(cases.map((each, place) => ({ ...each, place })))(
    'is enough to tell of an honest archive beside: $name ($size)',
    ({ archives, place }) => {
      const folder = newFolder();
      for (const [i, bytes] of archives().entries()) writeFileSync(join(folder, `a${i}.tar.gz`), gzipSync(bytes));
      writeFileSync(join(folder, 'zz-honest.tar'), tar);
      expect(formsFor(place).flatMap((form) => faultOf(form, folder) ?? [])).toEqual([]);
    },
  );
});
