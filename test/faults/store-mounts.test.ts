/**
 * A store on a file system that really is read-only, and on a small one that really is full: both are mounted in a name space of
 * their own, which goes with the command. Where this machine lets nobody mount, that is said and left out.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { dockerSave, image, layer, tar } from '../helpers/archive-builder.js';
import { count, folder, newFolder, program, runCommand, varve } from './faulty-run.js';

const sources = join(folder, 'sources');
const nameOf = (version: number): string => `docker.io/shop/app:${version}`;
const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
let mayMount = false;

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  for (const version of [1, 2, 3]) {
    const own = layer({ files: [{ path: 'own', content: `${version} `.repeat(200_000) }] });
    const spec = image({ layers: [own], created: `2024-0${version}-01T00:00:00Z`, tags: [nameOf(version)] });
    writeFileSync(join(sources, `${version}.tar`), await tar(dockerSave([spec], { variant: 'podman' })));
  }
  mayMount = (await mounted('mount -t tmpfs -o size=16k none .', newFolder())).code === 0;
  if (!mayMount) console.warn('stores on mounted file systems: LEFT OUT, this machine lets nobody mount one');
});

/** Runs a script where what it mounts is seen by nobody else. */
function mounted(script: string, cwd: string): ReturnType<typeof runCommand> {
  const say = `varve() { "${process.execPath}" "${program}" "$@" >out 2>err; echo "$1 $?" >&3; }`;
  return runCommand('unshare', [...user, '--mount', 'bash', '-c', `exec 3>&1; ${say}; ${script}`], { cwd });
}

/** What each command of a script ended with; what is expected where nothing may be mounted. */
async function codesOf(script: string, cwd: string, expected: readonly string[]): Promise<readonly string[]> {
  if (!mayMount) return expected;
  const { stdout, stderr } = await mounted(script, cwd);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

describe('a store on a mounted file system', () => {
  it('that is read-only is read, and every change of it is refused', { timeout: 120_000 }, async () => {
    const place = newFolder();
    const load = ['load', join(sources, '1.tar'), join(sources, '2.tar'), '--store', join(place, 'st')];
    expect((await varve(load)).code).toBe(0);
    const expected = ['ls 0', 'verify 0', 'fsck 0', 'save 0', 'rm 0', 'load 4', 'tag 4', 'rm 4', 'prune 4'];
    const script = [
      'mount --bind st st && mount -o remount,bind,ro st',
      'varve ls --store st',
      'varve verify --store st',
      'varve fsck --store st',
      `varve save ${nameOf(1)} -o saved.tar --store st`,
      `varve rm -f ${nameOf(1)} --dry-run --store st`,
      `varve load ${sources}/3.tar --store st`,
      `varve tag ${nameOf(1)} shop/app:4 --store st`,
      `varve rm -f ${nameOf(1)} --store st`,
      'varve prune --yes --store st',
    ].join('\n');
    expect(await codesOf(script, place, expected)).toEqual(expected);
    expect((await varve(['verify', '--store', join(place, 'st')])).code).toBe(0);
    count('a store on a file system that is mounted read-only', mayMount ? expected.length : 0);
  });

  it('that is full refuses what needs room, and gives up what is removed', { timeout: 120_000 }, async () => {
    const place = newFolder();
    mkdirSync(join(place, 'disk'));
    const expected = [
      ...['load 0', 'load 4', 'verify 0', 'tag 4', 'repair 4', 'fsck 1'],
      ...['rm 0', 'prune 0', 'verify 0', 'load 0', 'fsck 0'],
    ];
    const script = [
      'mount -t tmpfs -o size=3m none disk',
      `varve load ${sources}/1.tar ${sources}/2.tar --store disk/st`,
      'dd if=/dev/zero of=disk/rest bs=1k 2>/dev/null',
      `varve load ${sources}/3.tar --store disk/st`,
      'varve verify --store disk/st',
      `varve tag ${nameOf(1)} shop/app:4 --store disk/st`,
      'largest=$(ls -S disk/st/blobs/sha256 | head -1)',
      'mv disk/st/blobs/sha256/$largest kept; dd if=/dev/zero of=disk/more bs=1k 2>/dev/null',
      `varve repair --store disk/st --from ${sources}`,
      'varve fsck --store disk/st',
      'rm disk/more; cp kept disk/st/blobs/sha256/$largest; dd if=/dev/zero of=disk/more bs=1k 2>/dev/null',
      `varve rm -f ${nameOf(2)} --store disk/st`,
      'varve prune --yes --grace 0s --store disk/st',
      'varve verify --store disk/st',
      'rm disk/rest disk/more',
      `varve load ${sources}/3.tar --store disk/st`,
      'varve fsck --store disk/st',
    ].join('\n');
    expect(await codesOf(script, place, expected)).toEqual(expected);
    count('a command on a store on a small file system that is full', mayMount ? expected.length : 0);
  });
});
