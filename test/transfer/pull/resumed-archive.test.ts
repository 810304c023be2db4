/** A pull into an archive that was cut off: what has come stays beside its place, and the next pull goes on with it. */
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { partialPaths } from '../../../src/content/partial-file.js';
import { RemoteError, VarveError } from '../../../src/model/error.js';
import { lockText, ownerOf } from '../../../src/store/lock-owner.js';
import type { PullEvent } from '../../../src/transfer/pull/pull-run.js';
import { image, layer, ociManifest } from '../../helpers/archive-builder.js';
import { changedFs } from '../../helpers/changed-fs.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { self } from '../../store/loading.js';
import { FakeRegistry, pieces } from '../fake-registry.js';
import { pullAs } from '../pulling.js';
import { appNode, registry, webNode } from '../shop-images.js';

const { newFolder } = temporaryFolder();
const names = [`${registry}/shop/app:1`, `${registry}/shop/web:2`];
const cutBytes = 7_000;

/** Two layers that are mostly zeros, at their ends too. */
const zeros = layer({ files: [{ path: 'zeros', content: 'x'.repeat(3_000) + '\0'.repeat(60_000) }] });
const holes = ociManifest(image({ layers: [zeros], created: '2024-03-01T00:00:00Z' }), { compression: 'none' });

const layersOf = ({ blobs }: typeof appNode) => blobs.slice(1).sort((a, b) => b.content.length - a.content.length);
const [largest, second] = layersOf(appNode);

let isFull = false;
changedFs(({ writeSync }) => ({
  writeSync: (fd: number, bytes: Uint8Array, ...rest: number[]) => {
    if (isFull) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    return writeSync(fd, bytes, ...(rest as [number, number, number]));
  },
}));

let client: FakeRegistry;
let folder: string;
let path: string;

beforeEach(() => {
  client = new FakeRegistry();
  client.hold(registry, 'shop/app', appNode, '1');
  client.hold(registry, 'shop/web', webNode, '2');
  client.hold(registry, 'shop/holes', holes, '3');
  folder = newFolder();
  path = `${folder}/images.tar`;
});

/** A registry that breaks off within one blob, or all of it from there on. */
function breaksIn(digest: string | undefined, afterBytes: number, error: () => Error): void {
  client.onBlob = function* (asked, bytes, offsetBytes) {
    if (asked !== digest) return yield* pieces(bytes);
    yield* pieces(bytes.subarray(0, Math.max(0, afterBytes - offsetBytes)));
    throw error();
  };
}

function isWellAgain(): void {
  client.onBlob = (_, bytes) => pieces(bytes);
  client.asked.length = 0;
  client.receivedBytes = 0;
}

const lost = (): Error => new RemoteError('the connection broke');

/** The archive of a pull that nobody disturbs. */
async function wholeArchive(wanted = names): Promise<Buffer> {
  const whole = `${newFolder()}/whole.tar`;
  await pullAs(whole, client, wanted);
  return readFileSync(whole);
}

describe('a pull into an archive that was cut off', () => {
  it('leaves the archive that was there, and what has come beside it, and says where', async () => {
    writeFileSync(path, 'old');
    breaksIn(largest?.digest, cutBytes, lost);
    const events: PullEvent[] = [];
    const result = await pullAs(path, client, names, { onEvent: (event) => events.push(event) });
    expect(result.failed.map(({ what }) => what)).toContain(names[0]);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['.images.tar.partial', 'images.tar']);
    expect(events.at(-1)).toEqual({ kind: 'left', path: `${folder}/.images.tar.partial` });
  });

  it('goes on behind the bytes that have come, and fetches no more than the rest, as was planned', async () => {
    const whole = await wholeArchive();
    breaksIn(largest?.digest, cutBytes, lost);
    await pullAs(path, client, names);
    isWellAgain();
    const planned = await pullAs(path, client, names, { dryRun: true });
    expect(existsSync(path)).toBe(false);
    const result = await pullAs(path, client, names);
    const fetched = client.asked.filter((one) => one.startsWith('GET blob'));
    expect(fetched).toEqual([`GET blob ${largest?.digest} from ${cutBytes}`]);
    expect(result.blobs.find(({ digest }) => digest === largest?.digest)?.resumedBytes).toBe(cutBytes);
    expect(client.receivedBytes).toBe((largest?.content.length ?? 0) - cutBytes);
    expect(result.fetchedBytes).toBe(planned.fetchBytes);
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(readdirSync(folder)).toEqual(['images.tar']);
  });

  it.each([
    ['a registry that cannot be had any more', lost, false],
    ['an error that nobody expects', () => new TypeError('x'), true],
    ['a signal', () => new VarveError('interrupted', 'interrupted'), true],
  ])('by %s, goes on all the same the next time', async (_, error, throws) => {
    const whole = await wholeArchive();
    breaksIn(second?.digest, 1_000, error);
    const cut = pullAs(path, client, names, { parallel: 1 });
    if (throws) await expect(cut).rejects.toThrow();
    else await cut;
    isWellAgain();
    await pullAs(path, client, names);
    expect(client.asked).not.toContain(`GET blob ${largest?.digest}`);
    expect(client.asked).toContain(`GET blob ${second?.digest} from 1000`);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it('at every byte of a blob that is mostly zeros, is whole the next time', async () => {
    const wanted = [`${registry}/shop/holes:3`];
    const whole = await wholeArchive(wanted);
    const [body] = layersOf(holes);
    const length = body?.content.length ?? 0;
    for (const afterBytes of [
      1,
      512,
      3_511,
      3_512,
      3_513,
      20_000,
      length - 20_000,
      length - 1024,
      length - 1,
      length,
    ]) {
      breaksIn(body?.digest, afterBytes, lost);
      await pullAs(path, client, wanted);
      isWellAgain();
      const { fetchedBytes } = await pullAs(path, client, wanted);
      expect(client.receivedBytes).toBeLessThanOrEqual(fetchedBytes);
      expect(readFileSync(path).equals(whole), `after ${afterBytes}`).toBe(true);
      rmSync(path);
    }
  });

  it('begins anew where the names mean something else by now', async () => {
    breaksIn(largest?.digest, cutBytes, lost);
    await pullAs(path, client, names);
    isWellAgain();
    const other = [`${registry}/shop/web:2`];
    const whole = await wholeArchive(other);
    isWellAgain();
    await pullAs(path, client, other);
    expect(client.asked.filter((one) => one.includes(' from '))).toEqual([]);
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(readdirSync(folder)).toEqual(['images.tar']);
  });

  it('fetches a blob anew of which something else lies there by now', async () => {
    const whole = await wholeArchive();
    breaksIn(largest?.digest, cutBytes, lost);
    await pullAs(path, client, names);
    const partial = `${folder}/.images.tar.partial`;
    const bytes = readFileSync(partial);
    const at = bytes.indexOf(largest?.content.subarray(0, cutBytes) ?? '');
    bytes.fill(1, at, at + 100);
    writeFileSync(partial, bytes);
    isWellAgain();
    await pullAs(path, client, names);
    expect(client.asked.filter((one) => one.includes(largest?.digest ?? ''))).toEqual([
      `GET blob ${largest?.digest} from ${cutBytes}`,
      `GET blob ${largest?.digest}`,
    ]);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it.each([1, 0])(
    'fetches a blob anew that came as something else up to its last byte, %i, as was planned',
    async (last) => {
      const whole = await wholeArchive();
      const other = Buffer.alloc(largest?.content.length ?? 0, 1);
      other[other.length - 1] = last;
      client.onBlob = (asked, bytes) => pieces(asked === largest?.digest ? other : bytes);
      const failed = await pullAs(path, client, names);
      expect(failed.failed[0]?.reason).toMatch(/^expected \S+, found/);
      isWellAgain();
      const planned = await pullAs(path, client, names, { dryRun: true });
      const { fetchedBytes } = await pullAs(path, client, names);
      expect(client.asked.filter((one) => one.startsWith('GET blob'))).toEqual([`GET blob ${largest?.digest}`]);
      // Both manifests come from memory, behind the layer.
      const memoryBytes = [appNode, webNode].reduce((sum, { blobs }) => sum + (blobs[0]?.content.length ?? 0), 0);
      expect(planned.fetchBytes).toBe(client.receivedBytes + memoryBytes);
      expect(fetchedBytes).toBe(planned.fetchBytes);
      expect(readFileSync(path).equals(whole)).toBe(true);
    },
  );

  it('says of no image that it is there before the archive is', async () => {
    breaksIn(largest?.digest, cutBytes, lost);
    const kinds: string[] = [];
    const onEvent = ({ kind }: PullEvent): number => kinds.push(kind);
    expect((await pullAs(path, client, names, { onEvent })).images).toEqual([]);
    isWellAgain();
    client.onBlob = (_, bytes) => {
      mkdirSync(`${path}/taken`, { recursive: true });
      return pieces(bytes);
    };
    await expect(pullAs(path, client, names, { onEvent })).rejects.toThrow(/images\.tar was not written: E/);
    expect(kinds.at(-1)).toBe('left');
    expect(kinds).not.toContain('pulled');
    rmSync(path, { recursive: true });
    isWellAgain();
    expect((await pullAs(path, client, names, { onEvent })).fetchedBytes).toBe(0);
    expect(kinds.slice(-2)).toEqual(['pulled', 'pulled']);
  });

  it('goes on beside a name as long as names can be, also where whoever began was killed', async () => {
    const whole = await wholeArchive();
    for (const length of [216, 242, 255]) {
      path = `${newFolder()}/${'a'.repeat(length)}`;
      breaksIn(largest?.digest, cutBytes, lost);
      await pullAs(path, client, names);
      symlinkSync(lockText({ ...ownerOf(self), pid: 2 ** 22 + 1 }), partialPaths(path).lock);
      isWellAgain();
      await pullAs(path, client, names);
      expect(client.asked).toContain(`GET blob ${largest?.digest} from ${cutBytes}`);
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  it('says nothing of what has come where its folder has gone', async () => {
    const kinds: string[] = [];
    client.onBlob = (_, bytes) => {
      rmSync(folder, { recursive: true, force: true });
      return pieces(bytes);
    };
    await expect(pullAs(path, client, names, { onEvent: ({ kind }) => kinds.push(kind) })).rejects.toThrow(
      '.partial.lock was taken away',
    );
    expect(kinds).not.toContain('left');
  });

  it('leaves nothing where the disk is full, so that it has its room back', async () => {
    isFull = true;
    try {
      await expect(pullAs(path, client, names)).rejects.toThrow(/was not written: ENOSPC/);
    } finally {
      isFull = false;
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what lies under the name of the part', () => {
  const other = () => `${newFolder()}/other`;
  const notOwn = /partial is not a file of this user alone, and is not touched; remove it/;
  it.each<[string, (partial: string) => string]>([
    [
      'a link to a file',
      (partial) => {
        const target = other();
        writeFileSync(target, 'kept');
        symlinkSync(target, partial);
        return target;
      },
    ],
    [
      'a second name of a file',
      (partial) => {
        const target = other();
        writeFileSync(target, 'kept');
        linkSync(target, partial);
        return target;
      },
    ],
    [
      'a folder',
      (partial) => {
        mkdirSync(partial);
        writeFileSync(`${partial}/inner`, 'kept');
        return `${partial}/inner`;
      },
    ],
  ])('and is %s is not touched, and it is said', async (_, lay) => {
    const kept = lay(`${folder}/.images.tar.partial`);
    await expect(pullAs(path, client, names)).rejects.toThrow(notOwn);
    expect(readFileSync(kept, 'utf8')).toBe('kept');
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder)).toEqual(['.images.tar.partial']);
    const planned = await pullAs(path, client, names, { dryRun: true });
    expect(planned.blobs.every(({ status }) => status === 'planned')).toBe(true);
  });

  it('is kept from a second pull until the first has ended', async () => {
    const said: string[] = [];
    const [first, next] = await Promise.all([
      pullAs(path, client, names),
      pullAs(path, client, names, { onWait: (text) => said.push(text) }),
    ]);
    expect([first.failed, next.failed]).toEqual([[], []]);
    expect(said.every((text) => text.endsWith(`which is writing to ${path}`))).toBe(true);
    expect(said).toHaveLength(1);
    expect(statSync(path).size).toBe(first.sizeBytes);
    expect(readdirSync(folder)).toEqual(['images.tar']);
  });

  it('is put in its place by whoever holds its lock alone', async () => {
    client.onBlob = (_, bytes) => {
      rmSync(partialPaths(path).lock, { force: true });
      return pieces(bytes);
    };
    await expect(pullAs(path, client, names)).rejects.toThrow(
      /partial\.lock was taken away while this process held it/,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('has the rights that a new file has, and the archive those of the one before', async () => {
    writeFileSync(path, 'old', { mode: 0o600 });
    await pullAs(path, client, names);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
  });
});
