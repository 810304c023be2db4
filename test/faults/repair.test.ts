/**
 * A repair in a world that breaks: killed at any moment, on a full disk, with reads that fail, there is the damaged archive
 * as it was or the whole repaired one.
 */
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../helpers/archive-builder.js';
import {
  count,
  folder,
  hook,
  killed,
  killMoment,
  killsOf,
  newFolder,
  program,
  runCommand,
  varve,
} from './faulty-run.js';
import { writeLargeArchives } from './large-archives.js';

const kills = killsOf(40, 100);
const sources = join(folder, 'sources');
const intact = join(sources, 'a.tar');
const damaged = join(folder, 'damaged.tar');
let wholeMs = 0;

beforeAll(async () => {
  writeLargeArchives(sources);
  const bytes = readFileSync(intact);
  bytes[20_000_000] = (bytes[20_000_000] ?? 0) ^ 4;
  writeFileSync(damaged, bytes);
  const path = join(newFolder(), 'shop.tar');
  copyFileSync(damaged, path);
  const startMs = performance.now();
  expect((await varve(['repair', path, '--from', intact, '--in-place'])).code).toBe(0);
  wholeMs = performance.now() - startMs;
  expect(stateOf(path)).toBe('new');
});

function stateOf(path: string): 'old' | 'new' | 'other' {
  const bytes = readFileSync(path);
  if (bytes.equals(readFileSync(damaged))) return 'old';
  return bytes.equals(readFileSync(intact)) ? 'new' : 'other';
}

it(`killed at ${kills} random moments, leaves the damaged archive or the whole new one`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(1603);
  const states = new Set<string>();
  for (let i = 0; i < kills; i++) {
    const place = newFolder();
    const path = join(place, 'shop.tar');
    copyFileSync(damaged, path);
    await killed(['repair', path, '--from', intact, '--in-place'], killMoment(random, wholeMs));
    states.add(stateOf(path));
    rmSync(place, { recursive: true });
  }
  count('a repair in place that is killed (SIGKILL)', kills);
  expect(states).toEqual(new Set(['old', 'new']));
});

it('on a disk that is full, leaves the damaged archive and nothing beside it', async () => {
  const place = newFolder();
  copyFileSync(damaged, join(place, 'shop.tar'));
  const line = `trap '' XFSZ; ulimit -f 8192; "${process.execPath}" "${program}" repair "${place}/shop.tar" --from "${intact}" --in-place`;
  const { code, stderr } = await runCommand('bash', ['-c', line]);
  count('a repair that is cut by a limit on the size of files');
  expect([code, stderr]).toEqual([4, expect.stringMatching(/was not written: .*EFBIG/)]);
  expect(readdirSync(place)).toEqual(['shop.tar']);
  expect(stateOf(join(place, 'shop.tar'))).toBe('old');
});

it('with a source that cannot be read, heals nothing of it and keeps the damaged archive', async () => {
  const place = newFolder();
  copyFileSync(damaged, join(place, 'shop.tar'));
  const fault = {
    kind: 'unreadable',
    file: 'a.tar',
    fromByte: 5_000_000,
    toByte: 20_000_000,
    countFile: join(folder, 'reads'),
  };
  const args = ['--import', hook, program, 'repair', join(place, 'shop.tar'), '--from', intact, '--in-place'];
  const { code, stdout } = await runCommand(process.execPath, args, { env: { VARVE_FAULT: JSON.stringify(fault) } });
  count('a repair whose source cannot be read');
  expect([code, stdout]).toEqual([1, expect.stringContaining('no archive here has it intact')]);
  expect(readdirSync(place)).toEqual(['shop.tar']);
  expect(stateOf(join(place, 'shop.tar'))).toBe('old');
});
