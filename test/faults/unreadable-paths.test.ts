/**
 * What a search or a glob cannot look at is unreadable, with exit code 3, in every form and in what is made of an
 * inventory. Run without root's rights, which look at everything.
 */
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import { count, type Ended, folder, newFolder, program, runCommand } from './faulty-run.js';

const damaged = resolve('samples/orders-1.4-damaged.tar');
const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
const forms = ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'] as const;
let place = '';

function run(...words: readonly string[]): Promise<Ended> {
  count('paths that may not be looked at');
  return runCommand(process.execPath, [program, ...words], { ...nobody });
}

/** A folder for each kind, with a damaged archive in it. */
beforeAll(() => {
  place = newFolder();
  for (const name of ['closed', 'listed']) {
    mkdirSync(join(place, name, 'sub'), { recursive: true });
    cpSync(damaged, join(place, name, 'sub/a.tar'));
  }
  chmodSync(join(place, 'closed/sub'), 0o000);
  chmodSync(join(place, 'listed/sub'), 0o744);
  for (const path of [folder, place, join(place, 'closed'), join(place, 'listed')]) chmodSync(path, 0o755);
});

describe.each([
  ['closed', 'a folder of mode 000', ['sub']],
  ['listed', 'a folder of mode 744', ['sub/a.tar']],
])('%s: %s', (name, _, hidden) => {
  it.each(forms)('is told in the form %s, by folder and by glob', async (form) => {
    for (const input of [join(place, name), join(place, name, '*', '*.tar')]) {
      const { code, stderr } = await run('verify', input, '--format', form);
      expect([form, input, code]).toEqual([form, input, 3]);
      expect(stderr).toContain(hidden[0]);
    }
  });

  it('is told of an inventory as it is of the archives themselves', async () => {
    const { code, stdout } = await run('scan', join(place, name));
    expect(code).toBe(3);
    const inventory = join(place, `${name}.json`);
    writeFileSync(inventory, stdout);
    const statuses = (JSON.parse(stdout) as Inventory).archives.map(({ path, status }) => [path, status]);
    expect(statuses).toEqual([[join(place, name, ...hidden), 'unreadable']]);
    for (const form of forms) {
      const { code: recorded, stdout: text } = await run('report', inventory, '--format', form);
      expect([form, recorded]).toEqual([form, 3]);
      expect(form === 'csv' || text.includes(hidden[0] as string)).toBe(true);
    }
  });
});
