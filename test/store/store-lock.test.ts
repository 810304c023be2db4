/** One writer at a time; a dead one holds nobody up, and a living one is never overruled. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isGone, lockText, ownerOf, parseLock } from '../../src/store/lock-owner.js';
import { lockHolder, takeLock } from '../../src/store/store-lock.js';
import { changedFs } from '../helpers/changed-fs.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { self } from './loading.js';

const { at } = temporaryFolder();
changedFs(({ unlinkSync }) => ({
  unlinkSync: (path: string) => {
    if (String(path).endsWith('/sticky'))
      throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' });
    unlinkSync(path);
  },
}));

const quick = { own: self, timeoutMs: 0, onWait: () => {}, signal: undefined };
/** The number of no process: those of Linux end below it. */
const noPid = 2 ** 22 + 1;

/** What the system says of a process: Z for one that has ended and is not buried. */
function stateOf(pid: number): string | undefined {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[0];
}

function lockOf(name: string, change: Partial<ReturnType<typeof ownerOf>>): string {
  const path = at(name);
  symlinkSync(lockText({ ...ownerOf(self), ...change }), path);
  return path;
}

describe('a lock', () => {
  it('names its owner, is whole from its beginning, and goes when it is released', async () => {
    const lock = await takeLock(at('a'), quick);
    expect(parseLock(readlinkSync(at('a')))).toMatchObject({ pid: self.pid });
    expect(lstatSync(at('a')).isSymbolicLink()).toBe(true);
    lock.check();
    lock.release();
    expect(existsSync(at('a'))).toBe(false);
  });

  it('is waited for, with a message that names who has it, and then refused', async () => {
    const lock = await takeLock(at('b'), quick);
    const told: string[] = [];
    const waiting = takeLock(at('b'), { ...quick, timeoutMs: 120, onWait: (text) => told.push(text) });
    await expect(waiting).rejects.toThrow(`process ${self.pid} of`);
    expect(told).toEqual([expect.stringContaining(`waiting for process ${self.pid}`)]);
    lock.release();
    (await takeLock(at('b'), quick)).release();
  });

  it('is had by one at a time, by many that want it at once', async () => {
    let inside = 0;
    let most = 0;
    const turns = Array.from({ length: 20 }, async () => {
      const lock = await takeLock(at('c'), { ...quick, timeoutMs: 30_000 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
      lock.release();
    });
    await Promise.all(turns);
    expect(most).toBe(1);
  });

  it('tells its holder that somebody has taken it away', async () => {
    const lock = await takeLock(at('d'), quick);
    const { rmSync } = await import('node:fs');
    rmSync(at('d'));
    expect(() => lock.check()).toThrow('taken away');
    symlinkSync('something else', at('d'));
    lock.release();
    expect(readlinkSync(at('d'))).toBe('something else');
  });
});

describe('the lock of a process that is gone', () => {
  it.each([
    ['no process has its number', { pid: noPid }],
    ['another process has its number', { began: '1' }],
  ])('is taken over where %s', async (name, change) => {
    const path = lockOf(`gone ${name}`, change);
    const lock = await takeLock(path, quick);
    expect(parseLock(readlinkSync(path))).toMatchObject({ pid: self.pid });
    lock.release();
    expect(readdirSync(at('.')).filter((other) => other.startsWith(`gone ${name}`))).toEqual([]);
  });

  it('is taken over although whoever began with that has died, too', async () => {
    const path = lockOf('twice', { pid: noPid, token: 'aaaaaaaaaaaa' });
    lockOf('twice-aaaaaaaaaaaa', { pid: noPid, token: 'bbbbbbbbbbbb' });
    (await takeLock(path, quick)).release();
    expect(readdirSync(at('.')).filter((name) => name.startsWith('twice'))).toEqual([]);
  });

  it('is taken over although nobody has asked how it ended, so that its number is taken', async () => {
    // The shell starts a child, and becomes a program that never asks; the child ends when it has, since a shell asks at once.
    const script = '(until [ "$(cat /proc/$$/comm)" = sleep ]; do :; done) & echo $!; exec sleep 60';
    const parent = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', (text) => resolve(String(text)))));
    for (let tries = 0; tries < 200 && stateOf(pid) !== 'Z'; tries++) await delay(10);
    expect([stateOf(pid), self.isRunning(pid)]).toEqual(['Z', true]);
    const path = lockOf('unburied', { pid, began: '-' });
    (await takeLock(path, quick)).release();
    parent.kill();
  });

  it('is taken over where it is a file that was made and, in a minute, not written', async () => {
    writeFileSync(at('empty'), '');
    await expect(takeLock(at('empty'), quick)).rejects.toThrow('the store is in use');
    utimesSync(at('empty'), 0, 0);
    (await takeLock(at('empty'), quick)).release();
    expect(readdirSync(at('.')).filter((name) => name.startsWith('empty'))).toEqual([]);
  });

  it.each([
    ['of another host', { host: 'elsewhere', pid: noPid }],
    ['of another machine with the same name', { machine: 'ffffff', pid: noPid }],
    ['of another container', { space: '1', pid: noPid }],
  ])('is left where nobody can know: %s', async (name, change) => {
    const path = lockOf(`left ${name}`, change);
    await expect(takeLock(path, quick)).rejects.toThrow('the store is in use');
    expect(lockHolder(path, self)?.isGone).toBe(false);
  });

  it('is told from one before the machine was started anew', () => {
    const owner = { ...ownerOf(self), machine: 'aaaaaa', boot: 'bbbbbb' };
    expect(isGone({ ...owner, boot: 'cccccc' }, self, owner)).toBe(true);
    expect(isGone({ ...owner, boot: '-' }, self, owner)).toBe(false);
    expect(isGone(owner, self, owner)).toBe(false);
  });
});

describe('a lock that the disk does not let go or come', () => {
  it('of a process that is gone, in a folder where others may not remove it, is told with what the system says', async () => {
    const path = lockOf('sticky', { pid: noPid });
    await expect(takeLock(path, quick)).rejects.toThrow(/sticky was not removed: EPERM: operation not permitted$/);
    expect(parseLock(readlinkSync(path))).toMatchObject({ pid: noPid });
  });

  it('in a folder that is not there is told without what stands in a lock', async () => {
    await expect(takeLock(at('nowhere/lock'), quick)).rejects.toThrow(/lock was not written: ENOENT: [a-z ,]+$/);
  });
});

describe('a lock that nobody of ours made', () => {
  it('is left alone, whatever it is', async () => {
    mkdirSync(at('folder'));
    writeFileSync(at('text'), 'busy');
    writeFileSync(at('long'), Buffer.alloc(10_000));
    symlinkSync('../../etc/passwd', at('link'));
    for (const name of ['folder', 'text', 'long', 'link']) {
      await expect(takeLock(at(name), quick), name).rejects.toThrow('somebody holds');
      expect(existsSync(at(name)) || lstatSync(at(name)).isSymbolicLink()).toBe(true);
    }
  });
});
