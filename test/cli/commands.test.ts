import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { inventorySchema } from '../../src/model/results/inventory.js';
import { diskUsageSchema, layerListSchema, reportSchema, verificationSchema } from '../../src/model/results/results.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { appImage, baseImage, writeArchives } from './archives.js';
import { varve } from './console.js';

const { folder, at } = temporaryFolder();

beforeAll(async () => {
  await writeArchives(folder);
});

describe('varve verify', () => {
  it('of intact archives exits 0 and says so', async () => {
    const { code, stdout, stderr } = await varve(['verify', at('base.tar'), at('app.tar.gz'), '--workers', '0']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ok .*base\.tar/m);
    expect(stdout).toMatch(/: no fault\.$/m);
  });

  it('of a damaged archive exits 1 and names both digests', async () => {
    const { code, stdout } = await varve(['verify', at('base.tar'), at('damaged.tar'), '--workers', '0']);
    const expected = baseImage.layers[0]?.diffId ?? '';
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED .*damaged\.tar/m);
    expect(stdout).toContain(`expected ${expected}`);
  });

  it('exits 0 for the same damage with --fail-on never', async () => {
    expect((await varve(['verify', at('damaged.tar'), '--fail-on', 'never', '--workers', '0'])).code).toBe(0);
  });

  it('of a missing file exits 3 with one line, and verifies the others', async () => {
    const { code, stdout, stderr } = await varve(['verify', at('none.tar'), at('base.tar'), '--workers', '0']);
    expect(code).toBe(3);
    expect(stderr).toBe(`varve: ${at('none.tar')}: no such file or folder\n`);
    expect(stdout).toMatch(/^ok .*base\.tar/m);
  });

  it('prefers 3 to 1 when both apply', async () => {
    expect((await varve(['verify', at('none.tar'), at('damaged.tar'), '--workers', '0'])).code).toBe(3);
  });

  it('of a folder lists each archive in the order of its name and counts what is none', async () => {
    const { code, stdout, stderr } = await varve(['verify', folder, '--format', 'json', '--workers', '0']);
    const result = verificationSchema.parse(JSON.parse(stdout));
    expect(code).toBe(3);
    expect(result.archives.map(({ path, status }) => [path.slice(folder.length + 1), status])).toEqual([
      ['app.tar.gz', 'ok'],
      ['base.tar', 'ok'],
      ['crane.tar', 'ok'],
      ['damaged.tar', 'failed'],
      ['empty.tar', 'unreadable'],
    ]);
    expect(stderr).toContain('1 file in the searched folders is no image archive');
  });

  it('finds a pinned image by its tag and ID', async () => {
    const pin = `app:2=${appImage.id}`;
    const good = await varve(['verify', at('crane.tar'), '--expect', `registry.example/team/${pin}`, '--workers', '0']);
    const absent = await varve(['verify', at('crane.tar'), '--expect', pin, '--workers', '0']);
    expect([good.code, absent.code]).toEqual([0, 1]);
    expect(good.stdout).not.toContain('--expect');
    expect(absent.stdout).toContain('expectation-failed');
  });

  it('reads pins of images from a file', async () => {
    await writeFile(at('pins'), `# the release\nbase:1=${baseImage.id} # ok\n`);
    expect((await varve(['verify', at('base.tar'), '--expect-file', at('pins'), '--workers', '0'])).code).toBe(0);
  });

  it.each([
    [['--expect', 'nonsense'], 'varve: --expect: '],
    [['--expect-file', '/nonexistent/pins'], 'varve: --expect-file /nonexistent/pins cannot be read'],
  ])('refuses the pin %j and names the option', async (argv, start) => {
    const { code, stderr } = await varve(['verify', at('base.tar'), ...argv]);
    expect(code).toBe(2);
    expect(stderr.startsWith(start)).toBe(true);
  });
});

describe('varve report', () => {
  it('exits 0 whatever it finds, unless --fail-on says otherwise', async () => {
    expect((await varve(['report', at('damaged.tar'), '--workers', '0'])).code).toBe(0);
    expect((await varve(['report', at('damaged.tar'), '--workers', '0', '--fail-on', 'error'])).code).toBe(1);
  });

  it('prints a document of its schema', async () => {
    const { stdout } = await varve(['report', folder, '--format', 'json', '--workers', '0']);
    const result = reportSchema.parse(JSON.parse(stdout));
    expect(result.images.map(({ id }) => id)).toContain(appImage.id);
  });

  it('says what it read and that a compressed archive counts by its tar', async () => {
    const { stdout } = await varve(['report', at('base.tar'), at('app.tar.gz'), '--workers', '0']);
    expect(stdout).toMatch(/^2 archives, 2 images, 2 layers in .* — every digest matches\.$/m);
    expect(stdout).toContain('1 archive is compressed as a whole');
  });

  it('marks its figures with --no-verify', async () => {
    const { stdout } = await varve(['report', at('base.tar'), '--no-verify']);
    expect(stdout).toContain('The figures are unverified');
    expect(stdout).not.toContain('every digest matches');
  });

  it('is the same with and without workers, to the byte', async () => {
    const [none, two] = await Promise.all(
      ['0', '2'].map((workers) => varve(['report', folder, '--format', 'json', '--workers', workers])),
    );
    expect(none).toEqual(two);
  });

  it('fits a terminal of 80 columns', async () => {
    const { stdout } = await varve(['report', folder, '--workers', '0', '--no-color'], { columns: 80 });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('is a page of Markdown where --format asks for one', async () => {
    const { stdout } = await varve(['report', at('base.tar'), '--format', 'markdown', '--workers', '0']);
    expect(stdout).toContain('\n## Images\n\n| REPOSITORY:TAG |');
  });
});

describe('varve layers', () => {
  it('knows no size of a compressed layer without reading it: what it claims or n/a, and counts those', async () => {
    const { code, stdout, stderr } = await varve(['layers', at('crane.tar')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ ~\d\S+B +\d\S+B gzip /);
    expect(stderr).toContain('the size of 2 layers is what it claims itself (~): it is known only from the bytes');
    const zstd = await varve(['layers', 'samples/metrics-0.4-zstd-oci.tar', 'samples/worker-0.9-oci.tar']);
    expect(zstd.stdout).toMatch(/ n\/a +\d\S+B zstd /);
    expect(zstd.stderr).toContain('the size of 3 layers is what it claims itself (~) and of 1 layer is n/a:');
  });

  it('knows every size with --verify', async () => {
    const { stdout, stderr } = await varve([
      'layers',
      '--verify',
      at('crane.tar'),
      '--workers',
      '0',
      '--format',
      'json',
    ]);
    const { layers, verified } = layerListSchema.parse(JSON.parse(stdout));
    expect(layers.map(({ sizeBytes }) => sizeBytes)).toEqual(appImage.layers.map(({ tar }) => tar.length));
    expect([verified, stderr]).toEqual([true, '']);
  });

  it('are rows in CSV and lines in NDJSON', async () => {
    const csv = await varve(['layers', at('base.tar'), '--format', 'csv']);
    const ndjson = await varve(['layers', at('base.tar'), '--format', 'ndjson']);
    expect(csv.stdout.split('\n')[1]).toMatch(new RegExp(`^${baseImage.layers[0]?.diffId},\\d+,\\d+,1,0,1,1,live,$`));
    expect(
      ndjson.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).diffId),
    ).toEqual([baseImage.layers[0]?.diffId]);
  });
});

describe('varve df', () => {
  it('shows the totals, with -v also what they are made of', async () => {
    const short = await varve(['df', at('base.tar')]);
    const long = await varve(['df', '-v', at('base.tar')]);
    expect(short.stdout).toMatch(/^TYPE .*\nArchives +1 +1 /);
    expect(short.stdout).not.toContain('IMAGE ID');
    expect(long.stdout).toMatch(/IMAGES\n[\s\S]*LAYERS\n[\s\S]*ARCHIVES\n/);
  });

  it('prints a document of its schema', async () => {
    const { stdout } = await varve(['df', folder, '--format', 'json']);
    expect(diskUsageSchema.parse(JSON.parse(stdout)).rows).toHaveLength(5);
  });
});

describe('varve scan', () => {
  it('writes an inventory that serves the other commands', async () => {
    const output = at('inventory.json');
    const scan = await varve(['scan', at('base.tar'), at('damaged.tar'), '-o', output, '--workers', '0']);
    const report = await varve(['report', output]);
    const verify = await varve(['verify', output]);
    await rm(output);
    expect([scan.code, scan.stdout, report.code]).toEqual([0, '', 0]);
    expect(report.stdout).toContain('as recorded');
    expect(verify.stdout).toMatch(/^recorded .*base\.tar/m);
    expect(verify.stdout).not.toMatch(/^ok /m);
  });

  it('keeps the recorded verdict with --accept-recorded', async () => {
    const output = at('inventory.json');
    await varve(['scan', at('base.tar'), '-o', output, '--workers', '0']);
    const { code, stdout } = await varve(['verify', '--accept-recorded', output]);
    await rm(output);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok .*base\.tar/m);
  });

  it('refuses an inventory as input', async () => {
    await varve(['scan', at('base.tar'), '-o', at('inventory.json'), '--workers', '0']);
    const { code } = await varve(['scan', at('inventory.json')]);
    await rm(at('inventory.json'));
    expect(code).toBe(2);
  });

  it('prints a document of its schema', async () => {
    const { stdout } = await varve(['scan', at('base.tar'), '--workers', '0']);
    expect(inventorySchema.parse(JSON.parse(stdout)).archives).toHaveLength(1);
  });
});

describe('every command', () => {
  const names = ['scan', 'verify', 'report', 'layers', 'df'];

  it.each(names)('%s leaves no file when it is interrupted', async (name) => {
    const before = await readdir(folder);
    const signal = AbortSignal.abort('SIGTERM');
    const { code, stdout } = await varve([name, folder, '-o', at('result')], { signal });
    expect([code, stdout]).toEqual([143, '']);
    expect(await readdir(folder)).toEqual(before);
  });

  it.each(names)('%s writes the same to a file as to a pipe', async (name) => {
    const piped = await varve([name, at('base.tar'), '--workers', '0']);
    await varve([name, at('base.tar'), '--workers', '0', '-o', at('result')], { columns: 40 });
    const written = await readFile(at('result'), 'utf8');
    await rm(at('result'));
    expect(written).toBe(piped.stdout);
  });

  it.each(names)('%s says nothing on standard error with --quiet', async (name) => {
    const { stderr } = await varve([name, folder, '--quiet', '--workers', '0']);
    expect(stderr).toBe('');
  });

  it('exits 130 after SIGINT', async () => {
    expect((await varve(['verify', folder], { signal: AbortSignal.abort('SIGINT') })).code).toBe(130);
  });
});
