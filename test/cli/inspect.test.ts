/** `varve inspect` from its words to its exit code, on the samples. */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageDetails } from '../../src/index.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const golden = (name: string): string => readFileSync(`test/golden/${name}`, 'utf8');

async function inspected(...words: readonly string[]): Promise<ImageDetails[]> {
  const { code, stdout } = await varve(['inspect', ...words, '--quiet']);
  expect(code).toBe(0);
  return JSON.parse(stdout) as ImageDetails[];
}

/** The basis of every identity below a value. */
function basesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === 'basis' ? [String(item)] : basesIn(item)));
}

describe('varve inspect', () => {
  it('prints the documents of two platforms, with all that is known from headers and documents', async () => {
    const { code, stdout, stderr } = await varve(['inspect', 'samples/mirror']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: golden('inspect-mirror.txt') });
    expect(stderr).toMatch(/the size of 5 layers is what it claims itself \(~\)/);
  });

  it('prints the document of one image, with all that its bytes tell', async () => {
    const words = ['samples/api-1.0-docker24.tar', '--verify', '--image', 'registry.example.com/shop/api:1.0'];
    const { code, stdout, stderr } = await varve(['inspect', ...words]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: golden('inspect-api-verified.txt'), stderr: '' });
  });

  it('says the same of an image for any number of workers and either engine', async () => {
    const one = await varve(['inspect', 'samples', '--verify', '--quiet', '--workers', '0']);
    const two = await varve(['inspect', 'samples', '--verify', '--quiet', '--workers', '2']);
    const noble = await varve(['inspect', 'samples', '--verify', '--quiet', '--engine', 'noble']);
    expect(one.code).toBe(0);
    expect(two.stdout).toBe(one.stdout);
    expect(noble.stdout).toBe(one.stdout);
  });

  it('has no layer that is claimed or unverified after --verify, but in archives that are damaged or have no digests', async () => {
    const images = await inspected('samples', '--verify');
    const odd = images.filter(({ Varve }) => basesIn(Varve).some((basis) => basis !== 'recomputed'));
    expect(odd.map(({ RepoTags }) => RepoTags[0])).toEqual([
      'registry.example.com/shop/orders:1.4',
      'registry.example.com/shop/printer:0.1',
    ]);
    expect(images.filter(({ Varve }) => Varve.fingerprint?.digest == null).map(({ RepoTags }) => RepoTags[0])).toEqual([
      'registry.example.com/shop/orders:1.4',
    ]);
  });

  it('computes the digests of documents without --verify, and no others', async () => {
    const [image] = await inspected('samples/worker-0.9-oci.tar');
    expect(image?.Varve.config.basis).toBe('recomputed');
    expect(image?.Varve.manifests.map(({ basis }) => basis)).toEqual(['recomputed']);
    expect(new Set(basesIn(image?.Varve.layers))).toEqual(new Set(['unverified']));
  });

  it('prints an empty list where no image is selected', async () => {
    expect(await inspected('samples', '--filter', 'label=nobody')).toEqual([]);
  });
});

describe('varve inspect of an inventory', () => {
  const { folder } = temporaryFolder();
  beforeAll(async () => {
    await varve(['scan', 'samples/worker-0.9-oci.tar', '-o', join(folder, 'worker.json')]);
  });
  it('shows what was recorded as unverified, with its sizes and without a fingerprint', async () => {
    const [image] = await inspected(join(folder, 'worker.json'));
    expect(image?.Size).toBeGreaterThan(0);
    expect(new Set(basesIn(image?.Varve))).toEqual(new Set(['unverified']));
    expect(image?.Varve).toMatchObject({ archives: [{ status: 'recorded' }], fingerprint: null });
  });

  it('has no fingerprint with --verify either, and says why', async () => {
    const [image] = await inspected(join(folder, 'worker.json'), '--verify');
    expect(image?.Varve.fingerprint).toMatchObject({ digest: null, reason: expect.stringMatching(/no bytes/) });
  });

  it('leaves the exit code of an input that cannot be read', async () => {
    await writeFile(join(folder, 'empty.tar'), '');
    const { code, stdout } = await varve(['inspect', folder, 'samples/worker-0.9-oci.tar', '--quiet']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toHaveLength(1);
  });
});

describe('varve inspect --image', () => {
  const workerId = '2eb852e9ecf4';

  it.each([
    ['a name with its tag', 'registry.example.com/shop/worker:0.9'],
    ['a short name, tag implied', 'tidewater:12'],
    ['the start of an ID', workerId],
    ['the start of an ID with its algorithm', `sha256:${workerId}`],
    ['a local tag or name of several platforms', 'registry.example.com/shop/web:2.1'],
  ])('selects the image by %s', async (_, name) => {
    const images = await inspected('samples', '--image', name);
    expect(images.length).toBeGreaterThan(0);
    expect(images.every(({ Id, RepoTags }) => Id.includes(workerId) || RepoTags.includes(name))).toBe(true);
  });

  it('takes a name with the digest of a manifest', async () => {
    const [image] = await inspected('samples', '--image', workerId);
    const [name = ''] = image?.RepoDigests ?? [];
    expect(name).toMatch(/^registry\.example\.com\/shop\/worker@sha256:/);
    expect(await inspected('samples', '--image', name)).toEqual([image]);
  });

  it.each([
    ['a name that is not there', 'tidewatr:12', /tidewater:12/],
    ['an ID that is not there', 'ffffffffffff', /no image has this name/],
    ['too little of an ID', workerId.slice(0, 3), /no image has this name/],
  ])('refuses %s with exit code 2, and says what is near', async (_, name, reason) => {
    const { code, stdout, stderr } = await varve(['inspect', 'samples', '--quiet', '--image', name]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
  });

  it('selects together with filters', async () => {
    expect(await inspected('samples', '--image', 'tidewater:12', '--filter', 'dangling=true')).toEqual([]);
  });
});

describe('varve inspect --format', () => {
  const printed = async (template: string) =>
    varve(['inspect', 'samples/api-1.0-docker24.tar', '--quiet', '--image', '737bda8dfd69', '--format', template]);

  it.each([
    ['{{.Id}}', 'sha256:737bda8dfd69a86c9a6a479c01820e19d16289aa5ec2f328edb28686d25e70ec'],
    ['{{index .RepoTags 0}}', 'registry.example.com/shop/api:1.0'],
    ['{{json .Config.Cmd}}', '["current","/srv/api/main.bundle"]'],
    ['{{.Config.User}} {{.Architecture}}/{{.Os}}{{.Variant}}', '1000:1000 amd64/linux'],
    ['{{len .RootFS.Layers}} layers, {{.Size}} bytes', '4 layers, 38912 bytes'],
    ['{{index .Config.Labels "org.opencontainers.image.title"}}', 'shop/api'],
    ['{{range $port, $_ := .Config.ExposedPorts}}{{$port}}{{end}}', '8080/tcp'],
    ['{{.Config.StopSignal}}|{{.Config.Volumes}}|{{json .Config.Entrypoint}}', '|map[]|null'],
    ['{{.Config.Labels.nothing}} [{{index .Config.Labels "nothing"}}]', '<no value> []'],
    ['{{.ID}} {{printf "%T" .Size}}', 'sha256:737bda8dfd69a86c9a6a479c01820e19d16289aa5ec2f328edb28686d25e70ec int64'],
    ['{{.Varve.state}} {{.Varve.config.basis}}', 'live recomputed'],
    ['{{range .Varve.layers}}{{.diffId.basis}} {{end}}', 'unverified unverified unverified unverified '],
  ])('%s', async (template, expected) => {
    expect(await printed(template)).toEqual({ code: 0, stdout: `${expected}\n`, stderr: '' });
  });

  it.each([
    ['{{.Nope}}', /column 3: there is no such field \(\.?Nope/],
    ['{{.Id}} {{.Config.Labels.nothing}}', /there is no such field \(\.?nothing/],
    ['{{.Config.Nope}}', /there is no such field \(\.?Nope/],
    ['{{.Varve.nope}}', /there is no such field \(\.?nope/],
    ['{{.Id', /column/],
  ])('refuses %s with exit code 2, and names the field', async (template, reason) => {
    const { code, stdout, stderr } = await printed(template);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
  });

  it('prints the images that have what it names, and says of how many that is not so', async () => {
    const template = '{{.Id}} {{.Config.ExposedPorts}}';
    const { code, stdout, stderr } = await varve(['inspect', 'samples', '--quiet', '--format', template]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^(sha256:\w{64} map\[\d+\/tcp:map\[\]\]\n)+$/);
    expect(stderr).toMatch(/there is no such field .*; so for \d+ of \d+ images/);
  });

  it('refuses table, which has no columns here', async () => {
    const { code, stderr } = await printed('table');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--format takes json or a Go template/);
  });
});
