/** Servers that mean harm by what they say and by what they forget: no message tells a secret again, and no work is done for ever. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseDigest } from '../../src/model/digest.js';
import type { Credentials } from '../../src/remote/auth/auth-file.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { usualTiming } from '../../src/remote/settings.js';
import { remoteSettings } from './remote-settings.js';
import { head, startRawServer } from './servers/raw-server.js';
import { sha256 } from './servers/registry-content.js';

const quick = { ...usualTiming, timeoutMs: 200, retries: 2, firstBackoffMs: 1, longestWaitMs: 1000 };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(answer: Parameters<typeof startRawServer>[0], credentials: Credentials | null = null) {
  const server = await startRawServer(answer);
  const settings = remoteSettings({ timing: quick, plainHttp: true });
  const client = new RegistryClient(settings, async () => credentials);
  closing.push(() => client.close(), server.close);
  const place = { registry: server.host, repository: 'a' };
  return { server, client, place };
}

describe('an answer that is none to what was asked', () => {
  it.each(['204 No Content', '300 Multiple Choices', '304 Not Modified'])('is said to be none: %s', async (status) => {
    const { client, place } = await start((socket) => socket.write(head(status, 'A: b')));
    await expect(client.manifest(place, 'x')).rejects.toThrow(/: (?:204|300|304); that is no answer to it/);
  });
});

describe('the words of a hostile registry', () => {
  const refusal = (code: string, message: string) => {
    const text = JSON.stringify({ errors: [{ code, message }] });
    return `${head('403 Forbidden', `Content-Length: ${text.length}`)}${text}`;
  };
  const login: Credentials = { kind: 'password', username: 'me', password: 's3cret+' };
  const sent = Buffer.from('me:s3cret+').toString('base64');
  const challenge = `${head('401 Unauthorized', 'WWW-Authenticate: Basic realm="r"', 'Content-Length: 0')}`;

  it.each([
    ['as it was sent', 'DENIED', `Basic ${sent} is wrong`],
    ['as it is', 'DENIED', 'me:s3cret+ is wrong, s3cret+ too'],
    ['as an address has it', 'DENIED', 'password=s3cret%2B'],
  ])('do not say the password again, %s', async (_, code, message) => {
    const { client, place } = await start(
      (socket, _path, count) => socket.write(count === 0 ? challenge : refusal(code, message)),
      login,
    );
    const told = await client.manifest(place, 'x').then(String, (error: Error) => error.message);
    expect(told).toMatch(/: 403 DENIED ".*\*\*\*.*"/);
    expect(told).not.toMatch(/s3cret/);
    expect(told).not.toContain(sent);
  });

  it.each(['constructor', '__proto__', 'toString'])('may have any code, also %s', async (code) => {
    const { client, place } = await start((socket) => socket.write(refusal(code, 'no')));
    await expect(client.manifest(place, 'x')).rejects.toMatchObject({ code: 'remote', registryCode: code });
  });

  it('lead to no address with a password in a message', async () => {
    const { client, place } = await start((socket) =>
      socket.write(
        head('307 Temporary Redirect', 'Location: https://me:s3cret@[bad/x?sig=s3cret', 'Content-Length: 0'),
      ),
    );
    await expect(client.manifest(place, 'x')).rejects.toThrow(/no address: "https:\/\/\[bad\/x"$/);
  });
});

describe('an upload to a registry that forgets', () => {
  it('ends after as many tries as were allowed, however often it takes the first chunk', async () => {
    let uploads = 0;
    const { client, place, server } = await start((socket, path, _count, method) => {
      // Of two uploads one takes its first chunk; no other chunk is ever answered.
      if (method === 'PATCH' && path !== '/up/1') return socket.destroy();
      if (method === 'PATCH') {
        return socket.write(head('202 Accepted', 'Location: /up/more', 'Range: 0-1048575', 'Content-Length: 0'));
      }
      if (method !== 'POST') return socket.write(head('404 Not Found', 'Content-Length: 0'));
      uploads += 1;
      return socket.write(head('202 Accepted', `Location: /up/${uploads % 2}`, 'Content-Length: 0'));
    });
    const bytes = Buffer.alloc(3 * 1024 * 1024);
    const blob = { digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length };
    const sending = client.putBlob(place, blob, async function* (offsetBytes) {
      yield bytes.subarray(offsetBytes);
    });
    await expect(sending).rejects.toMatchObject({ code: 'remote', message: expect.stringMatching(/tried 3 times$/) });
    expect(server.seen.length).toBeLessThan(20);
  }, 5000);
});
