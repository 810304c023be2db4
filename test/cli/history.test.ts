/** `varve history` from its words to its exit code, on the samples. */
import { describe, expect, it } from 'vitest';
import { varve } from './console.js';

const now = ['--now', '2026-03-01'];
const history = (...words: readonly string[]) => varve(['history', ...words, ...now, '--no-color'], { columns: 80 });

describe('varve history', () => {
  it('draws the steps of an image on 80 columns', async () => {
    const { code, stdout, stderr } = await history('samples/api-1.0-docker24.tar', '--image', '737bda8dfd69');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`registry.example.com/shop/api:1.0  737bda8dfd69  linux/amd64  38.91kB
CREATED        CREATED BY                       SIZE  LAYER         SHARED WITH
23 months ago  CMD ["current","/srv/api/ma…       0B  (empty)
23 months ago  COPY --chown=1000:1000 dist…  6.144kB  57e44eaaea7b
23 months ago  RUN current-packages instal…  7.168kB  236e6057383e
23 months ago  RUN tide-install current-ru…  9.216kB  d3d7e8c491fa
2 years ago    CMD ["sh"]                         0B  (empty)
2 years ago    ADD file:tidewater-12-amd64…  16.38kB  3cf425697a65  tidewater:12
`);
  });

  it('shows what it knows of an archive without a history', async () => {
    const { code, stdout } = await history('samples/printer-0.1-docker1.9.tar', '--format', 'json');
    const { images } = JSON.parse(stdout) as { images: { fits: boolean; steps: unknown[] }[] };
    expect(code).toBe(0);
    expect(images).toMatchObject([{ steps: [{ sizeBytes: 6144 }, { sizeBytes: 7680 }] }]);
  });

  it('cuts nothing with --no-trunc', async () => {
    const { stdout } = await history('samples/api-1.0-docker24.tar', '--image', 'tidewater:12', '--no-trunc');
    expect(stdout).toContain('sha256:5d5c09e34854');
    expect(stdout).toContain('sha256:3cf425697a65');
    expect(stdout).not.toContain('…');
  });

  it('prints sizes as numbers with --bytes, and times in full too with --human=false', async () => {
    const bytes = await history('samples/api-1.0-docker24.tar', '--image', 'tidewater:12', '--bytes');
    const full = await history('samples/api-1.0-docker24.tar', '--image', 'tidewater:12', '--human=false');
    expect(bytes.stdout).toMatch(/2 years ago .* 16384 /);
    expect(full.stdout).toMatch(/2024-02-06T\S+Z .* 16384 /);
  });

  it('prints IDs with -q, each once', async () => {
    const { stdout } = await history('samples/api-1.0-docker24.tar', '-q');
    expect(stdout).toBe('5d5c09e34854\n737bda8dfd69\n');
    expect((await history('samples', '-q', '--format', 'json')).code).toBe(2);
  });

  it("prints docker's placeholders, alone and in columns", async () => {
    const words = ['samples/api-1.0-docker24.tar', '--image', 'tidewater:12', '--format'];
    const plain = await history(...words, '{{.ID}}|{{.CreatedSince}}|{{.CreatedAt}}|{{.Size}}|{{.Comment}}');
    expect(plain.stdout).toMatch(/^5d5c09e34854\|2 years ago\|2024-02-06T\S+Z\|0B\|.*\n<missing>\|/);
    const table = await history(...words, 'table {{.ID}}\\t{{.CreatedBy}}\\t{{.Size}}');
    expect(table.stdout).toMatch(/^IMAGE +CREATED BY +SIZE\n5d5c09e34854 +CMD \["sh"\] +0B\n<missing> +/);
  });

  it('refuses a placeholder that is not there, before it reads anything', async () => {
    const { code, stderr } = await history('samples', '--format', '{{.Nope}}');
    expect(code).toBe(2);
    expect(stderr).toMatch(/Nope.*the fields are ID, CreatedSince/);
  });

  it('refuses an image that is not there, and a word for --human that means nothing', async () => {
    expect((await history('samples', '--image', 'nobody')).code).toBe(2);
    expect((await history('samples', '--human', 'maybe')).code).toBe(2);
  });

  it('counts on standard error the layers whose size is not known', async () => {
    const { stderr } = await history('samples/worker-0.9-oci.tar');
    expect(stderr).toMatch(/the size of 3 layers is what it claims itself \(~\)/);
    expect((await history('samples/worker-0.9-oci.tar', '--verify')).stderr).toBe('');
  });
});
