/** What varve fsck says of stores that are whole, damaged, and full of what others left. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoreCheck } from '../../../src/model/results/store/store-check.js';
import { lockText, ownerOf } from '../../../src/store/lock-owner.js';
import { varve } from '../../cli/console.js';
import { dockerSave, image, layer, ociLayout, ociManifest, tagged, tar } from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { filesOf, loadInto, self } from '../loading.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const own = (text: string) => layer({ files: [{ path: 'app', content: text.repeat(300) }] });
const api = image({ layers: [base, own('api')], created: '2024-02-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const web = image({ layers: [base, own('web')], created: '2024-03-01T00:00:00Z', tags: ['docker.io/shop/web:1'] });
const webManifest = ociManifest(web);

beforeAll(async () => {
  write({
    'api.tar': await tar(dockerSave([api], { variant: 'podman' })),
    'web.tar': await tar(ociLayout(tagged(webManifest, web.tags))),
  });
});

async function storeOf(name: string): Promise<string> {
  await loadInto(at(name), ['api.tar', 'web.tar'].map(at));
  return at(name);
}

const pathOf = (store: string, digest: string): string => join(store, 'blobs/sha256', digest.slice('sha256:'.length));

/** The check of a store, which changes nothing in it. */
async function checked(
  store: string,
  ...more: string[]
): Promise<{ readonly code: number; readonly check: StoreCheck }> {
  const before = filesOf(store);
  const { code, stdout, stderr } = await varve(['fsck', '--store', store, '--format', 'json', ...more]);
  expect(filesOf(store)).toEqual(before);
  expect(stdout, stderr).not.toBe('');
  return { code, check: JSON.parse(stdout) as StoreCheck };
}

const remark = ({ remarks }: StoreCheck, what: string) => remarks.find((one) => one.what === what);

/** A lock as a process leaves it. */
function leaveLock(store: string, pid: number): void {
  symlinkSync(lockText({ ...ownerOf(self), pid, began: '1' }), join(store, '.varve/lock'));
}

describe('varve fsck', () => {
  it('says of a whole store that it is, with what is in it, and ends with 0', async () => {
    const store = await storeOf('whole');
    const { code, check } = await checked(store);
    expect(code).toBe(0);
    expect(check).toMatchObject({ status: 'ok', names: 2, roots: 2, blobs: 8, lock: null, lost: [], remarks: [] });
    const shown = await varve(['fsck', '--store', store]);
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('The store is whole: 2 names of 2 roots')]);
  });

  it.each([
    ['gone', (path: string) => rmSync(path)],
    ['changed', (path: string) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 7))],
    ['cut', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 9))],
  ])(
    'names what of the index is lost by a layer that is %s, which image that costs, and what heals it',
    async (how, damage) => {
      const store = await storeOf(`layer ${how}`);
      damage(pathOf(store, webManifest.blobs.at(-1)?.digest ?? ''));
      const { code, check } = await checked(store);
      expect([code, check.status]).toEqual([1, 'failed']);
      expect(check.lost).toMatchObject([
        { digest: webManifest.descriptor.digest, names: ['docker.io/shop/web:1'], images: [web.id] },
      ]);
      expect(check.verification.summary.errors).toBeGreaterThan(0);
      const shown = await varve(['fsck', '--store', store]);
      expect(shown.stdout).toMatch(/shop\/web:1: .*it costs 1 image/);
      expect(shown.stdout).toContain('varve repair --store');
    },
  );

  it('names a root of which the manifest itself is gone, by the name that is lost with it', async () => {
    const store = await storeOf('manifest');
    rmSync(pathOf(store, webManifest.descriptor.digest));
    const { code, check } = await checked(store);
    expect(code).toBe(1);
    expect(check.lost).toMatchObject([{ names: ['docker.io/shop/web:1'], images: [] }]);
  });

  it('counts what writers left, what was set aside and what is no blob, and says of each what to do', async () => {
    const store = await storeOf('left');
    writeFileSync(join(store, '.varve/uploads/abandoned'), Buffer.alloc(1000));
    writeFileSync(join(store, '.varve/quarantine/sha256-0'), 'bad');
    writeFileSync(join(store, '.varve/notes'), 'mine');
    writeFileSync(join(store, '.varve/lock-0123456789ab'), '');
    symlinkSync('removing', join(store, '.varve/removing'));
    unlinkSync(join(store, '.varve/ballast'));
    writeFileSync(join(store, 'README'), 'mine');
    const { code, check } = await checked(store);
    expect([code, check.status]).toEqual([0, 'ok']);
    expect(remark(check, 'uploads')).toMatchObject({ files: 1, bytes: 1000, next: `varve prune --store ${store}` });
    expect(remark(check, 'quarantine')).toMatchObject({ severity: 'warning', files: 1, bytes: 3 });
    expect(remark(check, 'work')).toMatchObject({ files: 1, message: expect.stringContaining('notes') });
    expect(remark(check, 'lock')).toMatchObject({ message: expect.stringContaining('lock-0123456789ab') });
    expect(remark(check, 'mark')).toMatchObject({ next: `varve prune --store ${store}` });
    expect(remark(check, 'ballast')).toMatchObject({ files: 0 });
    expect(remark(check, 'foreign')).toMatchObject({ files: 1, bytes: 4 });
    expect(check.remarks[0]?.what).toBe('quarantine');
    expect((await checked(store, '--fail-on', 'warning')).code).toBe(1);
    await varve(['prune', '--yes', '--store', store]);
    const after = (await checked(store)).check.remarks.map(({ what }) => what);
    expect(new Set(after)).toEqual(new Set(['quarantine', 'work', 'lock', 'foreign']));
  });

  it('counts blobs that nothing needs, with those that may be young, but not what describes an image', async () => {
    const store = await storeOf('loose');
    const put = (text: string): string => {
      const hex = createHash('sha256').update(text).digest('hex');
      writeFileSync(join(store, 'blobs/sha256', hex), text);
      return `sha256:${hex}`;
    };
    put('nobody needs this');
    const config = put('{}');
    put(
      JSON.stringify({
        schemaVersion: 2,
        subject: { digest: webManifest.descriptor.digest },
        config: { digest: config },
        layers: [],
      }),
    );
    const { code, check } = await checked(store);
    expect(code).toBe(0);
    expect(remark(check, 'unreferenced')).toMatchObject({
      files: 1,
      bytes: 17,
      message: expect.stringContaining('--grace 0s'),
    });
    expect((await checked(store, '--fail-on', 'hint')).code).toBe(1);
  });

  it('quotes a path that a shell would take apart in what it says to do next', async () => {
    const store = await storeOf("it's mine");
    writeFileSync(join(store, '.varve/uploads/left'), '');
    const { check } = await checked(store);
    expect(remark(check, 'uploads')?.next).toBe(`varve prune --store '${store.replace("'", String.raw`'\''`)}'`);
    const { stdout } = await varve(['fsck', '--store', store]);
    expect(stdout).not.toContain('--expect');
  });

  it('says who holds the lock, and whether that process is gone', async () => {
    const store = await storeOf('locked');
    leaveLock(store, 999_999);
    const stale = await checked(store);
    expect(stale.check.lock).toMatchObject({ isGone: true, since: expect.stringMatching(/^20\d\d-/) });
    expect(remark(stale.check, 'lock')).toMatchObject({
      message: expect.stringContaining('which is gone'),
      next: null,
    });
    rmSync(join(store, '.varve/lock'));
    symlinkSync(lockText(ownerOf(self)), join(store, '.varve/lock'));
    writeFileSync(join(store, '.varve/uploads/now'), 'a');
    const held = await checked(store);
    expect(held.check.lock).toMatchObject({ isGone: false });
    expect(remark(held.check, 'uploads')).toMatchObject({ message: expect.stringContaining('not finished yet') });
  });

  it('tells of an index that cannot be read, and of a store that is not there', async () => {
    const store = await storeOf('index');
    writeFileSync(join(store, 'index.json'), '{"schemaVersion":2,"manifests":[{"dig');
    const { code, check } = await checked(store);
    expect([code, check.status, check.remarks[0]]).toMatchObject([1, 'failed', { what: 'index', severity: 'error' }]);
    expect((await varve(['fsck', '--store', at('nowhere')])).code).toBe(3);
    mkdirSync(at('other'));
    writeFileSync(at('other/letter'), 'dear');
    expect((await varve(['fsck', '--store', at('other')])).code).toBe(3);
  });

  it('refuses an INPUT, and writes its document to a file with the verdict on standard error', async () => {
    const store = await storeOf('file');
    expect((await varve(['fsck', 'samples', '--store', store])).code).toBe(2);
    const { code, stdout, stderr } = await varve(['fsck', '--store', store, '--format', 'json', '-o', at('fsck.json')]);
    expect([code, stdout, stderr]).toEqual([0, '', expect.stringContaining('The store is whole')]);
    expect(JSON.parse(readFileSync(at('fsck.json'), 'utf8'))).toMatchObject({ kind: 'varve.fsck' });
  });

  it('shows names that a terminal would obey as they cannot be obeyed', async () => {
    const store = await storeOf('hostile');
    writeFileSync(join(store, 'evil\u001b[31m'), 'red');
    utimesSync(join(store, 'evil\u001b[31m'), 0, 0);
    const { stdout } = await varve(['fsck', '--store', store]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('evil');
  });
});
