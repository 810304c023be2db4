/** What `varve pull` shows on a terminal while layers come: rows that change below lines that stay. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { type FaultProxy, startFaultProxy } from '../remote/servers/fault-proxy.js';
import { startRegistry, type TestRegistry } from '../remote/servers/registry-server.js';
import { varve } from './console.js';

const { at, newFolder } = temporaryFolder();
const config = 'application/vnd.oci.image.config.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar';
let registry: TestRegistry;
let slow: FaultProxy;
let layers: readonly string[];

beforeAll(async () => {
  registry = await startRegistry();
  const held = (bytes: Buffer, mediaType: string) => {
    const digest = registry.content.addBlob('a/app', bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const own = held(Buffer.from('{"architecture":"amd64","os":"linux"}'), config);
  const all = [Buffer.alloc(400_000, 1), Buffer.alloc(300_000, 2)].map((bytes) => held(bytes, layerType));
  layers = all.map(({ digest }) => digest.slice('sha256:'.length, 'sha256:'.length + 12));
  const manifest = { schemaVersion: 2, mediaType: manifestType, config: own, layers: all };
  registry.content.addManifest('a/app', Buffer.from(JSON.stringify(manifest)), manifestType, '1');
  slow = await startFaultProxy(registry.host, (_, path) =>
    path.includes('/blobs/') ? { kind: 'slow', pieceBytes: 40_000, pauseMs: 60 } : null,
  );
});

afterAll(async () => {
  await slow.close();
  await registry.close();
});

/** The screens of a terminal of that many columns, one for each time that something was written. */
function screens(text: string): string[][] {
  const shown: string[][] = [];
  let lines: string[] = [];
  for (const part of text.split('\r\u001b[')) {
    const [whole = '', up = '0'] = /^(\d+)A.\[0J/.exec(part) ?? [];
    lines = lines.slice(0, lines.length - Number(up));
    lines.push(...part.slice(whole.length).split('\n').slice(0, -1));
    shown.push([...lines]);
  }
  return shown;
}

const pull = (...more: readonly string[]) =>
  varve(['pull', `${slow.host}/a/app:1`, '--store', at('rows'), ...more], { columns: 80, env: { HOME: newFolder() } });

describe('the rows of varve pull on a terminal', () => {
  it('show how far each layer is, and leave the lines of docker behind', async () => {
    const { code, stdout } = await pull();
    expect(code).toBe(0);
    const all = screens(stdout);
    const bars = all.map((lines) => lines.filter((line) => line.includes('Downloading [')));
    // Both at a time, below all lines that stay, and within the width of the terminal.
    expect(Math.max(...bars.map(({ length }) => length))).toBe(2);
    for (const [i, rows] of bars.entries()) expect(all[i]?.slice(all[i].length - rows.length)).toEqual(rows);
    expect(Math.max(...all.flat().map(({ length }) => length))).toBeLessThan(80);
    for (const layer of layers) {
      const sizes = bars.flat().flatMap((row) => (row.startsWith(layer) ? [/\]\s+(\S+)\//.exec(row)?.[1]] : []));
      expect(new Set(sizes).size).toBeGreaterThan(2);
      const own = (all.at(-1) ?? []).filter((line) => line.startsWith(layer)).map((line) => line.slice(layer.length));
      expect(own).toEqual([': Pulling fs layer', ': Verifying Checksum', ': Download complete', ': Pull complete']);
    }
    expect(all.at(-1)?.at(-1)).toBe(`${slow.host}/a/app:1`);
  });

  it('are none where all is there, nor with --no-progress', async () => {
    const again = await pull();
    expect(again.stdout).not.toContain('\u001b');
    for (const layer of layers) expect(again.stdout).toContain(`${layer}: Already exists\n`);
    const quiet = await varve(['pull', `${slow.host}/a/app:1`, '--store', at('plain'), '--no-progress'], {
      columns: 80,
      env: { HOME: newFolder() },
    });
    expect([quiet.code, quiet.stdout.includes('\u001b')]).toEqual([0, false]);
  });
});
