/** The flag of V8 by which code is optimized late. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { lateFlag } from '../../src/threads/late-optimizer.js';

const [major = 0] = process.versions.v8.split('.').map(Number);

it('the flag is one that this V8 knows, and there is none where V8 has a compiler in between', async () => {
  const flag = lateFlag();
  expect(flag === null).toBe(major >= 13);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...(flag === null ? [] : [flag]), '-p', '1']);
  expect([stdout, stderr]).toEqual(['1\n', '']);
});
