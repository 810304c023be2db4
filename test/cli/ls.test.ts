/** `varve ls` from its words to its exit code, on the samples. */

import { copyFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const ls = (...words: readonly string[]) => varve(['ls', ...words, '--now', '2026-03-01', '--no-color']);
const { at } = temporaryFolder();
const [twoImages, mirror] = ['samples/api-1.0-docker24.tar', 'samples/mirror'];

describe('varve ls', () => {
  it("prints docker's columns, the newest image first", async () => {
    const { code, stdout, stderr } = await ls(twoImages);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`REPOSITORY                     TAG  IMAGE ID      CREATED          SIZE  ARCHIVE
registry.example.com/shop/api  1.0  737bda8dfd69  23 months ago  38.9kB  ${twoImages}
tidewater                      12   5d5c09e34854  2 years ago    16.4kB  ${twoImages}
`);
  });

  it.each([
    ['the names of the alphabet', ['--sort', 'name'], ['737bda8dfd69', '5d5c09e34854']],
    ['the least size with -r', ['--sort', 'size', '-r'], ['5d5c09e34854', '737bda8dfd69']],
    ['the first ID', ['--sort', 'id'], ['5d5c09e34854', '737bda8dfd69']],
    ['the most that is its own', ['--sort', 'unique'], ['737bda8dfd69', '5d5c09e34854']],
  ])('prints first the image with %s', async (_, words, ids) => {
    expect((await ls(twoImages, '-q', ...words)).stdout).toBe(ids.map((id) => `${id}\n`).join(''));
  });

  it('prints IDs in full with --no-trunc, and sizes as numbers with --bytes', async () => {
    expect((await ls(twoImages, '-q', '--no-trunc')).stdout).toMatch(/^sha256:737bda8dfd69[0-9a-f]{52}\n/);
    expect((await ls(twoImages, '--bytes')).stdout).toMatch(/ 38912 {2}\S+\n.* 16384 {2}\S+\n/);
  });

  it('shows what compressed layers claim with a ~, and how they are stored, but takes a claim for no size', async () => {
    const worker = 'samples/worker-0.9-oci.tar';
    expect((await ls(worker)).stdout).toMatch(/ ~32.8kB +10.69kB gzip +samples\/worker-0.9-oci.tar\n$/);
    expect((await ls(worker, '--verify')).stdout).toMatch(/ 32.8kB +10.69kB gzip +samples\/worker-0.9-oci.tar\n$/);
    expect((await ls(worker, '--format', '{{.Size}} {{.Compressed}}', '--bytes')).stdout).toBe('~32768 10687\n');
    expect((await ls(worker, '-q', '-f', 'max-size=1GB')).stdout).toBe('');
    expect((await ls(worker, '-q', '-f', 'max-size=1GB', '--verify')).stdout).toBe('2eb852e9ecf4\n');
  });

  it('puts a claimed size in its place, and what claims nothing last', async () => {
    const archives = ['samples/metrics-0.4-zstd-oci.tar', 'samples/worker-0.9-oci.tar', twoImages];
    const { stdout } = await ls(...archives, '--sort', 'size', '--format', '{{.Size}}');
    expect(stdout).toBe('38.9kB\n~32.8kB\n16.4kB\nN/A\n');
  });

  it('names the first archive of an image and counts the others, all of them in the wide view', async () => {
    const copies = ['b.tar', 'c.tar'].map((name) => at(name));
    for (const copy of copies) copyFileSync(twoImages, copy);
    const narrow = await ls(twoImages, ...copies);
    const wide = await ls(twoImages, ...copies, '--format', 'wide');
    expect(narrow.stdout.match(/ samples\/\S+ \+2\n/g)).toHaveLength(2);
    for (const path of [twoImages, ...copies]) expect(wide.stdout.split(path)).toHaveLength(3);
  });

  it('shows an image without a name as <none>', async () => {
    expect((await ls('samples/build-4711-docker27.tar')).stdout).toMatch(/\n<none> +<none> +214af441b2e6 /);
  });

  it('takes the ID of the manifest or index with --id manifest, and counts those that have none', async () => {
    expect((await ls(mirror, '-q', '--id', 'manifest')).stdout).toBe('d714aef99a1c\n');
    const { stdout, stderr } = await ls(twoImages, '-q', '--id', 'manifest');
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('the ID of 2 images is n/a')]);
  });

  it('draws the platforms of an index below its tag, with -a also what describes them', async () => {
    const tree = await ls(mirror, '--tree');
    const all = await ls(mirror, '--tree', '-a');
    expect(
      tree.stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split('  ')[0]),
    ).toEqual(['registry.example.com/shop/web:2.1', '├─ linux/amd64', '└─ linux/arm64/v8']);
    expect(all.stdout).toMatch(/\n├─ linux\/amd64 attestation .*\n.*\n.*shop\/chart:1\.4 /);
  });

  it('has the digest of the manifest with --digests', async () => {
    expect((await ls(mirror, '--digests')).stdout).toMatch(/ 2\.1 +sha256:d714aef99a1c[0-9a-f]{52} /);
  });

  it('shows platform, sharing and archive in the wide view', async () => {
    const { stdout } = await ls(twoImages, '--format', 'wide');
    expect(stdout).toMatch(/ PLATFORM +STATE +SIZE +SHARED +UNIQUE +ARCHIVE\n/);
    expect(stdout).toContain(`38.91kB  16.38kB  22.53kB  ${twoImages}\n`);
  });

  it('fills a template with the sizes that docker has not', async () => {
    const { stdout } = await ls(twoImages, '--format', 'table {{.Repository}}\\t{{.SharedSize}}\\t{{.UniqueSize}}');
    expect(stdout).toMatch(
      /^REPOSITORY +SHARED SIZE +UNIQUE SIZE\n\S+api +16.38kB +22.53kB\ntidewater +16.38kB +0B\n$/,
    );
  });

  it('is a table for a spreadsheet as CSV, sizes in bytes, with -a also what is no image', async () => {
    const head =
      'kind,reference,repository,tag,digest,id,createdAt,platform,state,sizeBytes,sharedBytes,uniqueBytes,archives,' +
      'claimedSizeBytes,storedBytes,compressions';
    const rows = (text: string) => text.split('\n').map((line) => line.split(','));
    const { stdout } = await ls(twoImages, '--format', 'csv');
    expect(rows(stdout)[0]?.join(',')).toBe(head);
    expect(rows(stdout)[2]).toEqual([
      'image',
      'docker.io/library/tidewater:12',
      'tidewater',
      '12',
      '',
      expect.stringMatching(/^sha256:5d5c09e34854[0-9a-f]{52}$/),
      '2024-02-06T10:00:00Z',
      'linux/amd64',
      'live',
      '16384',
      '16384',
      '0',
      twoImages,
      '',
      '16384',
      'none',
    ]);
    const all = rows((await ls(mirror, '-a', '--format', 'csv')).stdout).map(([kind]) => kind);
    expect(all).toEqual(['kind', 'image', 'image', 'attestation', 'artifact', '']);
  });

  it('is an object a line as NDJSON, the images and then the others of the JSON document', async () => {
    const { stdout } = await ls(mirror, '-a', '--format', 'ndjson');
    const document = JSON.parse((await ls(mirror, '-a', '--format', 'json')).stdout) as Record<string, unknown[]>;
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([...(document['images'] ?? []), ...(document['others'] ?? [])]);
    expect(document['images']).toHaveLength(2);
    expect(document['others']).toHaveLength(2);
  });

  it('is a table of Markdown', async () => {
    expect((await ls('samples/build-4711-docker27.tar', '--format', 'markdown')).stdout).toContain(
      `| REPOSITORY | TAG | IMAGE ID | CREATED | SIZE | ARCHIVE |
| --- | --- | --- | --- | --: | --- |
| &lt;none\\> | &lt;none\\> | 214af441b2e6 | 3 months ago | 40.4kB | samples/build-4711-docker27.tar |
`,
    );
  });

  it('says where no image is selected, and prints nothing where a program reads', async () => {
    const none = ['-f', 'reference=nothing'];
    expect((await ls(twoImages, ...none)).stdout).toBe('No image.\n');
    expect((await ls(twoImages, ...none, '-q')).stdout).toBe('');
    expect((await ls(twoImages, ...none, '--format', '{{.ID}}')).stdout).toBe('');
    expect((await ls(twoImages, ...none, '--format', 'ndjson')).stdout).toBe('');
  });

  it.each([
    [['-q', '--format', 'json']],
    [['-q', '--tree']],
    [['--tree', '--format', 'csv']],
    [['--sort', 'age']],
    [['-f', 'nope=1']],
    [['-f', 'before=nobody']],
    [['--format', '{{.Nope}}']],
  ])('ends with code 2 and prints nothing for %j', async (words) => {
    const { code, stdout } = await ls(twoImages, ...words);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('a row of varve ls in a template', () => {
  it('has labels of any name, and no field of another one', async () => {
    const label = await ls(twoImages, '--format', '{{.Labels.nothing}} [{{index .Labels "nothing"}}]');
    expect(label.stdout).toMatch(/^(<no value> \[\]\n)+$/);
    expect((await ls(twoImages, '--format', '{{.Nope}}')).code).toBe(2);
  });

  it('is JSON with sorted keys, without what HTML would obey', async () => {
    const { stdout } = await ls('samples', '--format', '{{json .}}', '--filter', 'dangling=true');
    expect(stdout).toMatch(/^\{"Archives":.*"Repository":"\\u003cnone\\u003e"/);
  });
});
