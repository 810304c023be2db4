/** How many blobs come at a time, and what goes on meanwhile for those that have come. */
import { describe, expect, it } from 'vitest';
import type { ContentReader, ContentWriter } from '../../../src/content/transfer/content.js';
import { type TransferEvent, transfer } from '../../../src/content/transfer/transfer.js';
import { type ContentNode, planTransfer } from '../../../src/content/transfer/transfer-plan.js';
import type { Digest } from '../../../src/model/digest.js';
import { OutputError, VarveError } from '../../../src/model/error.js';

const digestOf = (n: number): Digest => `sha256:${String(n).padStart(64, '0')}` as Digest;

const nodeOf = (n: number, role: ContentNode['role']): ContentNode => {
  return { digest: digestOf(n), sizeBytes: 1000 - n, mediaType: 'x', role, needs: [] };
};

function planOf(blobs: number) {
  const layers = Array.from({ length: blobs }, (_, i) => nodeOf(i, 'layer'));
  const needs = layers.map(({ digest }) => digest);
  const root: ContentNode = { digest: digestOf(999), sizeBytes: 5, mediaType: 'x', role: 'manifest', needs };
  return planTransfer(new Map([...layers, root].map((node) => [node.digest, node])), [root.digest], new Set());
}

const reader: ContentReader = { async *open() {} };

function run(blobs: number, parallel: number, put: ContentWriter['put']) {
  const events: string[] = [];
  const onEvent = ({ kind, node }: TransferEvent): void => void events.push(`${kind} ${Number(node.digest.slice(7))}`);
  const writer = { put } as ContentWriter;
  const done = transfer(planOf(blobs), reader, writer, { parallel, signal: undefined, onEvent });
  return { done, events };
}

const written = { how: 'written' } as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a transfer of several blobs', () => {
  it('begins the next blob when one has come, before that one is durable', async () => {
    let durable: () => void = () => {};
    const first = new Promise<void>((resolve) => {
      durable = resolve;
    });
    const { done, events } = run(2, 1, async ({ digest }, _open, report) => {
      report.onVerify();
      // The first is there only after the second has begun.
      if (digest === digestOf(0)) await first;
      else durable();
      return written;
    });
    expect((await done).size).toBe(0);
    expect(events.indexOf('begun 1')).toBeLessThan(events.indexOf('done 0'));
    expect(events.indexOf('begun 999')).toBeGreaterThan(Math.max(events.indexOf('done 0'), events.indexOf('done 1')));
  });

  it('lets no more come at a time than are asked for, and no more than eight beside them wait to be durable', async () => {
    let [coming, waiting, mostComing, mostWaiting] = [0, 0, 0, 0];
    const { done } = run(40, 2, async (_blob, _open, report) => {
      mostComing = Math.max(mostComing, ++coming);
      await turn();
      coming--;
      mostWaiting = Math.max(mostWaiting, ++waiting);
      report.onVerify();
      for (let i = 0; i < 20; i++) await turn();
      waiting--;
      return written;
    });
    expect((await done).size).toBe(0);
    expect(mostComing).toBe(2);
    expect(mostWaiting).toBeGreaterThan(2);
    expect(mostWaiting).toBeLessThanOrEqual(10);
  });

  it('brings configs beside the layers, one at a time, so that they are not left for the end', async () => {
    const layers = Array.from({ length: 6 }, (_, i) => nodeOf(i, 'layer'));
    const configs = Array.from({ length: 3 }, (_, i) => nodeOf(100 + i, 'config'));
    const nodes = [...layers, ...configs];
    const root: ContentNode = { ...nodeOf(999, 'manifest'), needs: nodes.map(({ digest }) => digest) };
    const plan = planTransfer(new Map([...nodes, root].map((node) => [node.digest, node])), [root.digest], new Set());
    const done: number[] = [];
    let [configsComing, mostConfigs] = [0, 0];
    const put: ContentWriter['put'] = async ({ digest }, _open, report) => {
      const isConfig = Number(digest.slice(7)) >= 100;
      if (isConfig) mostConfigs = Math.max(mostConfigs, ++configsComing);
      for (let i = 0; i < 5; i++) await turn();
      if (isConfig) configsComing--;
      report.onVerify();
      done.push(Number(digest.slice(7)));
      return written;
    };
    await transfer(plan, reader, { put } as ContentWriter, { parallel: 1, signal: undefined, onEvent: () => {} });
    expect(done.slice(0, 6).filter((n) => n >= 100)).toEqual([100, 101, 102]);
    expect([done.length, mostConfigs, done.at(-1)]).toEqual([10, 1, 999]);
  });

  it('is told of a blob that turns out wrong after the next has begun, and of what needs it', async () => {
    const { done, events } = run(2, 1, async ({ digest }, _open, report) => {
      report.onVerify();
      await turn();
      if (digest === digestOf(0)) throw new VarveError('input-unreadable', 'other bytes');
      return written;
    });
    expect([...(await done).keys()].map((digest) => Number(digest.slice(7)))).toEqual([0, 999]);
    expect(events).toContain('done 1');
  });

  it('ends where the disk fails for a blob that had come, and waits for what is under way', async () => {
    let settled = 0;
    const { done } = run(9, 2, async ({ digest }, _open, report) => {
      report.onVerify();
      for (let i = 0; i < 5; i++) await turn();
      settled++;
      if (digest === digestOf(0)) throw new OutputError('the disk is full', { cause: null });
      return written;
    });
    const before = await done.then(
      () => -1,
      () => settled,
    );
    await turn();
    await expect(done).rejects.toThrow(/the disk is full/);
    expect(settled).toBe(before);
  });
});
