/** Registries that mean harm, met by commands as they are typed: lists that lead in circles or elsewhere, names that a terminal would obey. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { image, layer, ociManifest } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { stock } from '../remote/input/stocked-registry.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../remote/servers/fault-proxy.js';
import { startRegistry, type TestRegistry } from '../remote/servers/registry-server.js';
import { varve } from './console.js';

const { newFolder } = temporaryFolder();
const env = { HOME: newFolder() };
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
  const own = layer({ files: [{ path: 'app', content: 'app' }] });
  stock(registry.content, 'team/app', '1.0', ociManifest(image({ layers: [own] })));
});
afterAll(() => registry.close());

const json = (value: unknown, link?: string): Fault => ({
  kind: 'answer',
  status: 200,
  headers: { 'Content-Type': 'application/json', ...(link === undefined ? {} : { Link: `<${link}>; rel="next"` }) },
  body: JSON.stringify(value),
});
const isTags = (path: string) => path.includes('/tags/list');
const isCatalog = (path: string) => path.startsWith('/v2/_catalog');

/** Runs a command before a registry that answers so, and gives what it said with what was asked. */
async function against(plan: (path: string, count: number) => Fault | null, ...words: readonly string[]) {
  let asked = 0;
  const proxy: FaultProxy = await startFaultProxy(registry.host, (_, path) => plan(path, asked++));
  try {
    const ended = await varve([...words, `registry://${proxy.host}`], { env });
    return { ...ended, asked: proxy.seen.length };
  } finally {
    await proxy.close();
  }
}

describe.each([[['ls']], [['report']], [['verify']]])('a hostile registry before %j', (words) => {
  it('whose pages of tags lead in a circle is left after a page, and its name is told', async () => {
    const tags = Array.from({ length: 10_000 }, (_, i) => `v${i}`);
    const plan = (path: string, count: number) =>
      isTags(path) ? json({ tags }, `/v2/team/app/tags/list?last=v${count}`) : null;
    const { code, stderr, asked } = await against(plan, ...words, '--max', 'registryTags=20');
    expect(code).toBe(3);
    expect(asked).toBeLessThan(60);
    expect(stderr).toContain('team/app:v19: there is no v19');
    expect(stderr).not.toContain('team/app:v20');
  });

  it('whose catalog repeats itself is left, and what it listed is read', async () => {
    const plan = (path: string, count: number) =>
      isCatalog(path) ? json({ repositories: ['team/app'] }, `/v2/_catalog?last=r${count}`) : null;
    const { code, stdout, stderr, asked } = await against(plan, ...words);
    expect(code).toBe(3);
    expect(stderr).toContain('the pages of the list lead in a circle');
    expect(stdout).toContain('1');
    expect(asked).toBeLessThan(12);
  });

  it('whose list goes on at another host is left, and nobody else is asked', async () => {
    let visits = 0;
    const other = createServer((_, response) => {
      visits += 1;
      response.end('{"tags":["x"]}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const next = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v2/team/app/tags/list`;
      const { code, stderr } = await against((path) => (isTags(path) ? json({ tags: ['1.0'] }, next) : null), ...words);
      expect(code).toBe(3);
      expect(stderr).toContain('/tags/list');
      expect(visits).toBe(0);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('whose names have what a terminal obeys gets none of it onto the terminal', async () => {
    const plan = (path: string) => {
      if (isCatalog(path)) return json({ repositories: ['team/app', '\u001b]0;owned\u0007'] });
      return isTags(path) ? json({ tags: ['1.0', '\u001b[2J\u009b31m'] }) : null;
    };
    const { code, stdout, stderr } = await against(plan, ...words);
    expect(code).toBe(3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stderr).toContain('what is no name');
  });

  it('whose manifest comes for every digest names what came instead', async () => {
    const itself = `{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:${'a'.repeat(64)}","size":9}]}`;
    const plan = (path: string): Fault | null =>
      path.includes('/manifests/') ? { kind: 'answer', status: 200, body: itself } : null;
    const { code, stderr, asked } = await against(plan, ...words);
    expect(code).toBe(3);
    expect(stderr).toContain(`asked for sha256:${'a'.repeat(64)}`);
    expect(asked).toBeLessThan(8);
  });
});
