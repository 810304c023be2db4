/** `push`, `pull`, `verify` and the commands that read, as somebody types them, against a registry that others wrote. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ociManifest } from '../../../src/model/media-type.js';
import { startFaultProxy } from '../../remote/servers/fault-proxy.js';
import type { Check } from '../checks.js';
import { digestOf, type MadeImage, makeImage } from '../images.js';
import { crane, oras } from '../implementations.js';
import { varve, writeLayout } from './program.js';

const execute = promisify(execFile);
const run = async (program: string, argv: readonly string[]): Promise<string> =>
  (await execute(program, argv, { maxBuffer: 64 * 1024 * 1024 })).stdout;

const layerBytes = 6_000_000;

/** Pushed, then pulled twice through a proxy that counts: the second time not one blob is asked for. */
const twice: Check = async (host, _, folder) => {
  const image = makeImage([layerBytes, 20_000]);
  const home = join(folder, 'home');
  const proxy = await startFaultProxy(host, () => null);
  try {
    const name = `${proxy.host}/command/twice:1`;
    writeLayout(join(folder, 'layout'), { [name]: image });
    const pushed = await varve(['push', name, '--from', join(folder, 'layout')], { home });
    assert.deepEqual([pushed.code, pushed.stderr], [0, '']);
    assert.equal((await run(crane, ['digest', '--insecure', `${host}/command/twice:1`])).trim(), image.digest);
    const store = join(folder, 'store');
    const before = proxy.answeredBytes;
    const pulled = await varve(['pull', name, '--store', store], { home });
    assert.deepEqual([pulled.code, pulled.stderr], [0, '']);
    assert.match(pulled.stdout, new RegExp(`Digest: ${image.digest}\nStatus: Downloaded newer image`));
    assert(proxy.answeredBytes - before >= layerBytes, 'less came than the layers have');
    const then = { bytes: proxy.answeredBytes, requests: proxy.seen.length };
    const again = await varve(['pull', name, '--store', store], { home });
    assert.match(again.stdout, /Already exists\n.*Already exists\n[\s\S]*Status: Image is up to date/);
    const asked = proxy.seen.slice(then.requests).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(asked, ['GET /v2/', 'HEAD /v2/command/twice/manifests/1']);
    assert(proxy.answeredBytes - then.bytes < 100, `${proxy.answeredBytes - then.bytes} bytes came again`);
  } finally {
    await proxy.close();
  }
};

/** Killed amid a layer, the next pull asks for what is lacking of it and no more. */
const goesOn: Check = async (host, _, folder) => {
  const image = makeImage([4 * layerBytes]);
  const [layer = Buffer.alloc(0)] = image.layers;
  const home = join(folder, 'home');
  let isSlow = true;
  const proxy = await startFaultProxy(host, (method, path) =>
    isSlow && method === 'GET' && path.endsWith(digestOf(layer))
      ? { kind: 'slow', pieceBytes: 1_000_000, pauseMs: 5 }
      : null,
  );
  try {
    const name = `${proxy.host}/command/resumed:1`;
    writeLayout(join(folder, 'layout'), { [name]: image });
    assert.equal((await varve(['push', name, '--from', join(folder, 'layout')], { home })).code, 0);
    const store = join(folder, 'store');
    const start = proxy.answeredBytes;
    const killedBy = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (proxy.answeredBytes - start < layer.length / 2) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    const killed = await varve(['pull', name, '--store', store], { home, killedBy });
    assert.equal(killed.code, null, 'it ended before it was killed');
    isSlow = false;
    const before = proxy.answeredBytes;
    const resumed = await varve(['pull', name, '--store', store, '--format', 'json'], { home });
    assert.equal(resumed.code, 0, resumed.stderr);
    const came = proxy.answeredBytes - before;
    assert(came < layer.length * 0.65, `${came} bytes came of a layer of ${layer.length} of which half was there`);
    const ranges = proxy.seen.flatMap(({ headers }) => headers.range ?? []);
    assert.equal(ranges.length, 1);
    assert.equal((await varve(['verify', store], { home })).code, 0);
  } finally {
    await proxy.close();
  }
};

/** A byte of a blob is changed where the registry keeps it: neither a pull nor a verify takes it. */
const changed: Check = async (host, _, folder, dataFolder) => {
  if (dataFolder === null) return;
  const image = makeImage([50_000, 2_000_000]);
  const [, layer = Buffer.alloc(0)] = image.layers;
  const name = `${host}/command/changed:1`;
  const home = join(folder, 'home');
  writeLayout(join(folder, 'layout'), { [name]: image });
  assert.equal((await varve(['push', name, '--from', join(folder, 'layout')], { home })).code, 0);
  assert.equal((await varve(['verify', `docker://${name}`], { home })).code, 0);
  const hex = digestOf(layer).slice('sha256:'.length);
  const path = join(dataFolder, 'blobs/sha256', hex.slice(0, 2), hex, 'data');
  const bytes = readFileSync(path);
  bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const store = join(folder, 'store');
  const pulled = await varve(['pull', name, '--store', store], { home });
  assert.equal(pulled.code, 3, pulled.stderr);
  assert(pulled.stderr.includes(hex), `the blob is not named: ${pulled.stderr}`);
  assert(!readFileSync(join(store, 'index.json'), 'utf8').includes('command/changed'), 'the image has its name');
  assert(!existsSync(join(store, 'blobs/sha256', hex)), 'the blob was taken');
  const verified = await varve(['verify', `docker://${name}`], { home });
  assert.equal(verified.code, 1);
  assert(verified.stdout.includes(hex.slice(0, 12)), `the blob is not named: ${verified.stdout}`);
};

/** podman pulls what was pushed; what skopeo, oras and crane push of the same layout has the same digest. */
const others: Check = async (host, _, folder) => {
  const image = makeImage([70_000, 30_000]);
  const home = join(folder, 'home');
  const name = `${host}/command/ours:1`;
  const layout = join(folder, 'layout');
  writeLayout(layout, { [name]: image });
  assert.equal((await varve(['push', name, '--from', layout], { home })).code, 0);
  const plain = join(folder, 'plain');
  writeLayout(plain, { one: image });
  await run('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${plain}:one`, `docker://${host}/by/skopeo:1`]);
  await run(oras, ['cp', '--to-plain-http', '--from-oci-layout', `${plain}:one`, `${host}/by/oras:1`]);
  await run(crane, ['push', '--insecure', plain, `${host}/by/crane:1`]);
  for (const pushed of ['command/ours', 'by/skopeo', 'by/oras', 'by/crane']) {
    const digest = (await run(crane, ['digest', '--insecure', `${host}/${pushed}:1`])).trim();
    assert.equal(digest, image.digest, `${pushed} has another digest`);
    const pulled = await varve(['pull', `${host}/${pushed}:1`, '--store', join(folder, 'store')], { home });
    assert(pulled.stdout.includes(`Digest: ${image.digest}`), pulled.stderr);
  }
  await byPodman(name, image, folder);
};

/** podman pulls it into a store of its own, of which the path has to be short. */
async function byPodman(name: string, image: MadeImage, folder: string): Promise<void> {
  const own = join(dirname(folder), 'p');
  mkdirSync(own);
  const podman = (...argv: readonly string[]) =>
    run('podman', [
      ...['--root', join(own, 'root'), '--runroot', join(own, 'run'), '--storage-driver', 'vfs'],
      ...['--events-backend', 'none', '--cgroup-manager', 'cgroupfs', ...argv],
    ]);
  try {
    const id = (await podman('pull', '-q', '--tls-verify=false', name)).trim();
    assert.equal(`sha256:${id}`, digestOf(image.config), 'podman has another image');
    assert.equal((await podman('image', 'inspect', '--format', '{{.Digest}}', name)).trim(), image.digest);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** What describes an image, and what describes that, goes along with a push; oras finds it there, and so does --referrers. */
const described: Check = async (host, _, folder) => {
  const home = join(folder, 'home');
  const name = `${host}/command/described:1`;
  const image = makeImage([30_000]);
  const about = (artifactType: string, { manifest, digest }: MadeImage) =>
    makeImage([50], { artifactType, subject: { mediaType: ociManifest, digest, size: manifest.length } });
  const sbom = about('application/vnd.example.sbom.v1', image);
  const signature = about('application/vnd.example.signature.v1', sbom);
  writeLayout(join(folder, 'layout'), { [name]: image, 'of image': sbom, 'of sbom': signature });
  const pushed = await varve(['push', name, '--from', join(folder, 'layout')], { home });
  assert.deepEqual([pushed.code, pushed.stderr], [0, '']);
  const discovered = await run(oras, ['discover', '--plain-http', '--format', 'json', name]);
  assert(discovered.includes(sbom.digest), `oras finds ${discovered}`);
  const { code, stdout, stderr } = await varve(['scan', `docker://${name}`, '--referrers'], { home });
  assert.equal(code, 0, stderr);
  for (const { digest } of [sbom, signature])
    assert(stdout.includes(`"digest": "${digest}"`), `${digest} is not there`);
  assert.match(stderr, /for what refers to images [3-6] requests went to registries/);
  const without = await varve(['scan', `docker://${name}`], { home });
  assert(!without.stdout.includes(sbom.digest), 'it was not asked for');
};

export const commandChecks: Readonly<Record<string, Check>> = {
  'varve push, varve pull, and again: nothing is fetched': twice,
  'varve pull that is killed goes on': goesOn,
  'a blob that was changed in the registry': changed,
  'varve push and --referrers: what describes an image': described,
  'podman, skopeo, oras and crane beside varve push': others,
};
