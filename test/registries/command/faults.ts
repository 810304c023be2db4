/** The program over ways that fail: statuses that pass, what comes slowly or breaks, and answers that mean harm before a real registry. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Fault, type FaultPlan, startFaultProxy } from '../../remote/servers/fault-proxy.js';
import type { Check } from '../checks.js';
import { makeImage } from '../images.js';
import { varve, writeLayout } from './program.js';

const busy = (status: number): Fault => ({
  kind: 'answer',
  status,
  headers: { 'Retry-After': '1' },
  body: JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] }),
});

/** Faults that pass: each is met once or twice, and the pull comes to its end. */
const passing: Readonly<Record<string, FaultPlan>> = {
  '429 with Retry-After': (_, path, count) => (path.includes('/manifests/') && count === 0 ? busy(429) : null),
  '503 twice': (_, path, count) => (path.includes('/blobs/') && count < 2 ? busy(503) : null),
  'a body that breaks off': (method, path, count) =>
    method === 'GET' && path.includes('/blobs/') && count === 0 ? { kind: 'cut', afterBytes: 700 } : null,
  'a body that comes slowly': (method, path) =>
    method === 'GET' && path.includes('/blobs/') ? { kind: 'slow', pieceBytes: 60_000, pauseMs: 30 } : null,
  'bytes that are no HTTP': (_, path, count) =>
    path.includes('/manifests/') && count === 0 ? { kind: 'raw', bytes: 'what is this\r\n\r\n' } : null,
};

function* endless(): Generator<Buffer> {
  yield Buffer.from('{"schemaVersion":2,"layers":[');
  for (;;) yield Buffer.alloc(65_536, '1,');
}

const bomb = gzipSync(Buffer.alloc(50_000_000));

/** Answers that mean harm: what they are to, and what the program has to say of them. */
const hostile: Readonly<Record<string, { readonly at: string; readonly fault: Fault; readonly told: RegExp }>> = {
  'JSON without end': {
    at: '/manifests/',
    fault: { kind: 'answer', status: 200, pieces: { [Symbol.iterator]: endless } },
    told: /documentBytes/,
  },
  'a length that is not that of the blob': {
    at: '/blobs/',
    fault: { kind: 'answer', status: 200, headers: { 'Content-Length': '5' }, body: 'short' },
    told: /expected \d+ bytes of a blob/,
  },
  'a redirect to a file': {
    at: '/blobs/',
    fault: { kind: 'answer', status: 307, headers: { Location: 'file:///etc/passwd' } },
    told: /file:/,
  },
  'a redirect without end': {
    at: '/blobs/',
    fault: { kind: 'answer', status: 307, headers: { Location: '/v2/x/blobs/again' } },
    told: /sent on more than 10 times/,
  },
  'a gzip bomb': {
    at: '/manifests/',
    fault: { kind: 'answer', status: 200, headers: { 'Content-Encoding': 'gzip' }, body: bomb },
    told: /packed|encod|gzip/i,
  },
  'a line end in a header': {
    at: '/manifests/',
    fault: { kind: 'raw', bytes: 'HTTP/1.1 200 OK\r\nDocker-Content-Digest: a\rX: b\r\nContent-Length: 2\r\n\r\n{}' },
    told: /no HTTP/,
  },
};

/** Each fault that passes, met by a pull of an image; then each that means harm, met by a pull and by a verify. */
const overFaults: Check = async (host, _, folder) => {
  const home = join(folder, 'home');
  const image = makeImage([300_000, 1000]);
  const pushed = `${host}/command/faults:1`;
  writeLayout(join(folder, 'layout'), { [pushed]: image });
  assert.equal((await varve(['push', pushed, '--from', join(folder, 'layout')], { home })).code, 0);
  for (const [name, plan] of Object.entries(passing)) {
    const proxy = await startFaultProxy(host, plan);
    try {
      const store = join(folder, name.replaceAll(' ', '-'));
      const pulled = await varve(['pull', `${proxy.host}/command/faults:1`, '--store', store], { home });
      assert.equal(pulled.code, 0, `${name}: ${pulled.stderr}`);
      assert(pulled.stdout.includes(image.digest), name);
    } finally {
      await proxy.close();
    }
  }
};

const overHarm: Check = async (host, _, folder) => {
  const home = join(folder, 'home');
  const pushed = `${host}/command/harm:1`;
  writeLayout(join(folder, 'layout'), { [pushed]: makeImage([300_000, 1000]) });
  assert.equal((await varve(['push', pushed, '--from', join(folder, 'layout')], { home })).code, 0);
  for (const [name, { at, fault, told }] of Object.entries(hostile)) {
    const proxy = await startFaultProxy(host, (method, path) => (method === 'GET' && path.includes(at) ? fault : null));
    try {
      const target = `${proxy.host}/command/harm:1`;
      const store = join(folder, name.replaceAll(' ', '-'));
      const runs = [
        ['pull', target, '--store', store],
        ['verify', `docker://${target}`],
      ];
      for (const argv of runs) {
        const { code, stdout, stderr } = await varve(argv, { home });
        assert(code === 1 || code === 3, `${name}: ${argv[0]} ends with ${code}: ${stdout}${stderr}`);
        const said = `${name}: ${argv[0]} says ${stdout}${stderr}`;
        assert(told.test(stdout + stderr), said);
        assert(!/root:|\n {4}at /.test(stdout + stderr), said);
      }
    } finally {
      await proxy.close();
    }
  }
};

export const faultChecks: Readonly<Record<string, Check>> = {
  'varve pull over 429, 503, and what is slow, cut or no HTTP': overFaults,
  'answers that mean harm to varve pull and varve verify': overHarm,
};
