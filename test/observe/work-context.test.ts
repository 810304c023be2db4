/** What threads share: the stop flag, the count of bytes, the lock on large windows. */

import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/model/limits.js';
import {
  createControl,
  createOwner,
  currentJob,
  releaseLargeWindow,
  startJob,
  stop,
} from '../../src/observe/control.js';
import { createContext, withOwner } from '../../src/observe/work-context.js';

describe('a step of a job', () => {
  it('counts bytes over all threads', () => {
    const control = createControl();
    const contexts = [1, 2].map(() => createContext({ engine: 'node', control, limits }));
    for (const context of contexts) void context.step(5);
    expect(Number(control.doneBytes[0])).toBe(10);
  });

  it('throws interrupted once a stop was asked for, in every thread', () => {
    const control = createControl();
    const context = createContext({ engine: 'node', control, limits });
    context.checkStop();
    stop(control);
    expect(() => context.step(1)).toThrowError(expect.objectContaining({ code: 'interrupted' }));
    expect(() => context.checkStop()).toThrowError(expect.objectContaining({ code: 'interrupted' }));
  });

  it('lets the main thread do other things every 50 ms, and a worker go on at once', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const control = createControl();
    const main = createContext({ engine: 'node', control, main: { signal: undefined }, limits });
    const worker = createContext({ engine: 'node', control, limits });
    now.mockReturnValue(1049);
    expect(main.step(1)).toBeUndefined();
    now.mockReturnValue(1050);
    let turns = 0;
    setImmediate(() => turns++);
    const paused = main.step(1);
    expect(turns).toBe(0);
    await paused;
    expect(turns).toBe(1);
    now.mockReturnValue(1099);
    expect(main.step(1)).toBeUndefined();
    expect(worker.step(1)).toBeUndefined();
    now.mockRestore();
  });

  it('notes which job was started last', () => {
    const control = createControl();
    startJob(control, 7);
    expect(currentJob(control)).toBe(7);
  });
});

describe('the lock on large windows', () => {
  it('may be taken again by the thread that has it, and is free when the last window is', () => {
    const control = createControl();
    const context = createContext({ engine: 'node', control, limits });
    const [outer, inner] = [context.acquireLargeWindow(), context.acquireLargeWindow()];
    outer();
    expect(control.flags[1]).not.toBe(0);
    inner();
    expect(control.flags[1]).toBe(0);
  });

  it('may be taken by both threads of a job, and is free when the last window of both is', () => {
    const control = createControl();
    const owner = createOwner(control);
    const [first, second] = [1, 2].map(() => withOwner(createContext({ engine: 'node', control, limits }), owner));
    const releases = [first, second, first].map((context) => context?.acquireLargeWindow());
    for (const release of releases) {
      expect(control.flags[1]).not.toBe(0);
      release?.();
    }
    expect(control.flags[1]).toBe(0);
  });

  it('stays with the next owner where an earlier one lost it and gives it back late', () => {
    const control = createControl();
    const late = createContext({ engine: 'node', control, limits }).acquireLargeWindow();
    releaseLargeWindow(control);
    const release = createContext({ engine: 'node', control, limits }).acquireLargeWindow();
    late();
    expect(control.flags[1]).not.toBe(0);
    release();
    expect(control.flags[1]).toBe(0);
  });

  it('is nothing that the main thread waits for', () => {
    const control = createControl();
    const release = createContext({ engine: 'node', control, limits }).acquireLargeWindow();
    createContext({ engine: 'node', control, main: { signal: undefined }, limits }).acquireLargeWindow()();
    expect(control.flags[1]).not.toBe(0);
    release();
  });

  it('is waited for by another thread until it is free', async () => {
    const control = createControl();
    const context = createContext({ engine: 'node', control, limits });
    const release = context.acquireLargeWindow();
    const waiting = waitForLock(control.flags);
    await waiting.ready;
    expect(Atomics.load(control.flags, 2)).toBe(0);
    release();
    await waiting.done;
    expect(Atomics.load(control.flags, 2)).toBe(1);
  });

  it('is given back for a thread that died with it', () => {
    const control = createControl();
    createContext({ engine: 'node', control, limits }).acquireLargeWindow();
    releaseLargeWindow(control);
    createContext({ engine: 'node', control, limits }).acquireLargeWindow()();
    expect(control.flags[1]).toBe(0);
  });

  it('is not waited for once a stop was asked for', () => {
    const control = createControl();
    createContext({ engine: 'node', control, limits }).acquireLargeWindow();
    stop(control);
    expect(() => createContext({ engine: 'node', control, limits }).acquireLargeWindow()).toThrowError(
      expect.objectContaining({ code: 'interrupted' }),
    );
  });
});

/** Another thread that takes the lock and then notes it as job 1. */
function waitForLock(flags: Int32Array): { ready: Promise<void>; done: Promise<void> } {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    Promise.all(workerData.modules.map((module) => import(module))).then(([{ createContext }, { startJob }]) => {
      const control = { flags: workerData.flags, doneBytes: new BigInt64Array(new SharedArrayBuffer(8)) };
      const context = createContext({ engine: 'node', control });
      parentPort.postMessage('ready');
      const release = context.acquireLargeWindow();
      startJob(control, 1);
      release();
      parentPort.postMessage('done');
    });`;
  const modules = ['work-context', 'control'].map(
    (name) => new URL(`../../dist/src/observe/${name}.js`, import.meta.url).href,
  );
  const worker = new Worker(script, { eval: true, workerData: { modules, flags } });
  const heard = (word: string): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (message) => message === word && resolve());
    });
  return { ready: heard('ready'), done: heard('done') };
}
