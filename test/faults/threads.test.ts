/**
 * A thread that is lost with a job: the job is done once more, then reported, and nothing else suffers. Layers are holes of
 * 40 MB, more than this thread would read alone.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeArchives } from '../helpers/archive-builder.js';
import type { Fault } from './fault-hook.js';
import { folder, verdicts, verifyWith } from './faulty-run.js';
import { writeLargeArchives, writeSharedArchive, writeSplitArchive } from './large-archives.js';

const archives = join(folder, 'archives');
beforeAll(() => writeLargeArchives(archives));

const kinds: readonly Fault['kind'][] = ['exit', 'terminate', 'exhaust-heap'];
const layerOf = (file: string) => ({ file, fromByte: 5_000_000 });

describe.each(kinds)('a thread that is lost (%s)', (kind) => {
  it.each(['1', '2'])('once costs nothing but time, with %s workers', async (workers) => {
    const { result, code, faults } = await verifyWith(
      { kind, ...layerOf('b.tar'), times: 1 },
      [archives],
      ['--workers', workers],
    );
    expect([code, faults]).toEqual([0, 1]);
    expect(verdicts(result)).toEqual({ 'a.tar': ['ok'], 'b.tar': ['ok'], 'c.tar.gz': ['ok'] });
  });

  it.each([
    ['a layer', 'b.tar', 'failed'],
    ['a pass over a compressed archive', 'c.tar.gz', 'unreadable'],
  ])('with %s and again is reported, and the others are done', async (_, file, status) => {
    const fromByte = file === 'b.tar' ? 5_000_000 : 100;
    const { result, code, faults } = await verifyWith({ kind, file, fromByte }, [archives], ['--workers', '2']);
    expect([code, faults]).toEqual([status === 'failed' ? 1 : 3, 2]);
    expect(verdicts(result)).toEqual({
      'a.tar': ['ok'],
      'b.tar': ['ok'],
      'c.tar.gz': ['ok'],
      [file]: [status, 'input-unreadable'],
    });
    const [found] = result.archives.find(({ path }) => path.endsWith(file))?.findings ?? [];
    expect(found?.message).toContain('thread');
  });
});

describe('a job that two threads share and that loses one', () => {
  const shared = join(folder, 'shared.tar.gz');
  beforeAll(() => writeSharedArchive(shared));

  it.each([
    ['the one that decodes', 'exit', 1],
    ['the one that decodes', 'terminate', 1],
    ['the one that does the rest', 'terminate-others', 2],
  ] as const)('%s (%s), is done once more, by one', async (_, kind, faults) => {
    const fault = { kind, file: 'shared.tar.gz', fromByte: 20_000_000, times: 1 };
    const run = await verifyWith(fault, [shared], ['--workers', '2']);
    expect([run.code, run.faults]).toEqual([0, faults]);
    expect(verdicts(run.result)).toEqual({ 'shared.tar.gz': ['ok'] });
  });

  it.each(['exit', 'terminate'] as const)('is reported where the second goes too (%s)', async (kind) => {
    const fault = { kind, file: 'shared.tar.gz', fromByte: 20_000_000 };
    const run = await verifyWith(fault, [shared], ['--workers', '2']);
    expect([run.code, run.faults]).toEqual([3, 2]);
    expect(verdicts(run.result)).toEqual({ 'shared.tar.gz': ['unreadable', 'input-unreadable'] });
  });
});

describe('a job that other threads help with', () => {
  const split = join(folder, 'split.tar.gz');
  beforeAll(() => writeSplitArchive(split));

  it.each(['exit', 'terminate', 'exhaust-heap'] as const)(
    'and that loses one of them (%s) is done all the same',
    async (kind) => {
      for (const fromByte of [100, 20_000_000, 60_000_000]) {
        const fault = { kind, file: 'split.tar.gz', fromByte, times: 1 };
        const run = await verifyWith(fault, [split], ['--workers', '3']);
        expect([run.code, run.faults], `from byte ${fromByte}`).toEqual([0, 1]);
        expect(verdicts(run.result)).toEqual({ 'split.tar.gz': ['ok'] });
      }
    },
  );

  it('and that loses all threads but one is done all the same', async () => {
    const fault = { kind: 'terminate-others', file: 'split.tar.gz', fromByte: 20_000_000, times: 1 } as const;
    const run = await verifyWith(fault, [split], ['--workers', '4']);
    expect(run.code).toBe(0);
    expect(verdicts(run.result)).toEqual({ 'split.tar.gz': ['ok'] });
  });
});

describe('a thread that does small archives, many to a task', () => {
  const small = join(folder, 'small');
  beforeAll(() => writeArchives(small, 420));

  it.each(kinds)(
    'and is lost (%s), once or with every such task, leaves those of its task to this one',
    async (kind) => {
      const whole = await verifyWith({ kind: 'slow', file: '0077.tar', times: 1 }, [small], ['--workers', '0']);
      const once = await verifyWith({ kind, file: '0077.tar', times: 1 }, [small], ['--workers', '12']);
      expect([once.code, once.faults, once.result]).toEqual([0, 1, whole.result]);
      const always = await verifyWith({ kind, file: '77.tar' }, [small], ['--workers', '12']);
      expect([always.code, always.faults > 1, always.result]).toEqual([0, true, whole.result]);
    },
  );
});

it.each(['terminate-first', 'terminate-second'] as const)(
  'standard input that loses a thread (%s) is reported, since it cannot be read twice',
  async (kind) => {
    const input = join(folder, 'input.tar.gz');
    writeSharedArchive(input);
    const fault = { kind, file: 'standard input', fromByte: 20_000_000, times: 1 };
    const run = await verifyWith(fault, ['-'], ['--workers', '2'], input);
    expect([run.code, run.faults]).toEqual([3, 1]);
    expect(verdicts(run.result)).toEqual({ '-': ['unreadable', 'input-unreadable'] });
    expect(run.result.archives[0]?.findings[0]?.message).toContain('thread');
  },
);
