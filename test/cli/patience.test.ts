/** How long and how often a registry is asked, as somebody says it on the command line. */
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { head, startRawServer } from '../remote/servers/raw-server.js';
import { varve } from './console.js';

const { newFolder } = temporaryFolder();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function pull(answer: string | null, ...argv: readonly string[]) {
  const server = await startRawServer((socket) => (answer === null ? undefined : socket.write(answer)));
  closing.push(server.close);
  const home = newFolder();
  const before = performance.now();
  const run = await varve(['pull', `${server.host}/a:1`, '--store', `${home}/store`, ...argv], { env: { HOME: home } });
  return { ...run, requests: server.seen.length, elapsedMs: performance.now() - before };
}

const unavailable = head('503 Service Unavailable', 'Content-Length: 0');

describe('varve pull', () => {
  it.each([
    ['0', 1, 'tried once'],
    ['1', 2, 'tried 2 times'],
  ])('asks again --retries %s times', async (retries, requests, words) => {
    const found = await pull(unavailable, '--retries', retries);
    expect([found.code, found.requests]).toEqual([3, requests]);
    expect(found.stderr).toContain(words);
  });

  it('waits --timeout seconds for a registry that says nothing', async () => {
    const found = await pull(null, '--timeout', '1', '--retries', '0');
    expect(found.code).toBe(3);
    expect(found.stderr).toMatch(/no answer came in time \(UND_ERR_HEADERS_TIMEOUT\); tried once/);
    expect(found.elapsedMs).toBeGreaterThan(900);
    expect(found.elapsedMs).toBeLessThan(20_000);
  });

  it.each([
    ['--timeout', '0'],
    ['--timeout', 'soon'],
    ['--retries', '-1'],
    ['--retries', '101'],
  ])('refuses %s %s before anything is asked', async (option, value) => {
    const found = await pull(unavailable, `${option}=${value}`);
    expect([found.code, found.requests]).toEqual([2, 0]);
    expect(found.stderr).toContain(option);
  });
});
