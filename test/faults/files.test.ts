/** Files that cannot be read in part, or that change while they are read, in this thread and in threads of a pool. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from './fault-hook.js';
import { folder, verdicts, verifyWith } from './faulty-run.js';
import { writeLargeArchives } from './large-archives.js';

const original = join(folder, 'original');
beforeAll(() => writeLargeArchives(original));

let copies = 0;

/** A folder with the archives, and beside `b.tar` another one that may take its place. */
function freshCopy(): string {
  const copy = join(folder, `copy-${copies++}`);
  mkdirSync(copy);
  cpSync(original, copy, { recursive: true });
  cpSync(join(original, 'a.tar'), join(copy, 'b.tar.other'));
  return copy;
}

const ok = { 'a.tar': ['ok'], 'b.tar': ['ok'], 'c.tar.gz': ['ok'] };
const inputs = (copy: string): string[] => ['a.tar', 'b.tar', 'c.tar.gz'].map((name) => join(copy, name));
/** The middle of its one layer: not its headers, which are read first. */
const layerOfB = { file: 'b.tar', fromByte: 5_000_000, toByte: 20_000_000 };
const changes: [Fault['kind'], string[]][] = [
  ['shrink', ['failed', 'input-changed', 'input-unreadable']],
  ['grow', ['failed', 'input-changed']],
];

describe.each(['0', '2'])('with %s workers', (workers) => {
  it.each([
    ['its first header', 0, ['unreadable', 'input-unreadable']],
    ['the middle of a layer', 5_000_000, ['failed', 'input-unreadable']],
  ])('a block that cannot be read, %s, costs its archive alone', async (_, fromByte, verdict) => {
    const fault = { kind: 'unreadable', ...layerOfB, fromByte } as const;
    const { result, code } = await verifyWith(fault, inputs(original), ['--workers', workers]);
    expect(verdicts(result)).toEqual({ ...ok, 'b.tar': verdict });
    expect(code).toBe(verdict[0] === 'failed' ? 1 : 3);
    const messages = result.archives.flatMap(({ findings }) => findings.map(({ message }) => message));
    expect(messages).toContainEqual(expect.stringMatching(/ at \d+: EIO/));
  });

  it('a compressed archive with a block that cannot be read is unreadable', async () => {
    const fault = { kind: 'unreadable', file: 'c.tar.gz', fromByte: 10_000 } as const;
    const { result, code } = await verifyWith(fault, inputs(original), ['--workers', workers]);
    expect(verdicts(result)).toEqual({ ...ok, 'c.tar.gz': ['unreadable', 'input-unreadable'] });
    expect(code).toBe(3);
  });

  it.each(changes)('a file that changes (%s) while it is read is never ok', async (kind, verdict) => {
    const fault = { kind, ...layerOfB, times: 1 };
    const { result, code } = await verifyWith(fault, inputs(freshCopy()), ['--workers', workers]);
    expect(verdicts(result)).toEqual({ ...ok, 'b.tar': verdict });
    expect(code).toBe(1);
  });

  it('a file that is replaced while it is read is never ok', async () => {
    const fault = { kind: 'replace', ...layerOfB, times: 1 } as const;
    const { result, code } = await verifyWith(fault, inputs(freshCopy()), ['--workers', workers]);
    expect(verdicts(result)).toEqual({ ...ok, 'b.tar': expect.arrayContaining(['failed', 'input-changed']) });
    expect(code).toBe(1);
  });
});
