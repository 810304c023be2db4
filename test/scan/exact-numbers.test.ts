/** Numbers of a run configuration that no double holds, from the archive to what is printed of them. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { varve } from '../cli/console.js';
import { file, rawTar, tarOfFiles } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at, write } = temporaryFolder();
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const layer = tarOfFiles(1, 512);

/** An archive of one image whose run configuration is this text. */
function archiveOf(config: string): Buffer {
  const text = `{"architecture":"amd64","os":"linux","config":${config},"rootfs":{"type":"layers","diff_ids":["sha256:${sha256(layer)}"]}}`;
  const name = `${sha256(text)}.json`;
  const manifest = JSON.stringify([{ Config: name, RepoTags: ['app:1'], Layers: ['layer.tar'] }]);
  return rawTar([file(name, text), { ...file('layer.tar', ''), content: layer }, file('manifest.json', manifest)]);
}

const interval = (number: string): string => `{"Healthcheck":{"Interval":${number}},"Cmd":["a"]}`;

/** Under a key that Go reads into no struct, so that no number is refused. */
const unread = (number: string): string => `{"Healthcheck":{"Odd":${number}},"Cmd":["a"]}`;

describe('a number that no double holds', () => {
  it('is printed as it is written, and so it is from an inventory', async () => {
    write({ 'one.tar': archiveOf(interval('9007199254740993')) });
    const printed = (await varve(['inspect', at('one.tar')])).stdout;
    expect(printed).toContain('"Interval": 9007199254740993\n');
    await varve(['scan', at('one.tar'), '-o', at('one.json'), '--workers', '0']);
    expect((await varve(['inspect', at('one.json')])).stdout).toContain('"Interval": 9007199254740993\n');
    const template = ['--format', '{{json .Config.Healthcheck}} {{.Config.Healthcheck.Interval}}'];
    expect((await varve(['inspect', at('one.tar'), ...template])).stdout).toBe(
      '{"Interval":9007199254740993} 2501h59m59.254740993s\n',
    );
  });

  it('makes another fingerprint, and a difference of two images', async () => {
    const numbers = ['9007199254740993', '9007199254740992', '1e400', '1e401', '"9007199254740993"', '10e399'];
    write(Object.fromEntries(numbers.map((number, i) => [`${i}.tar`, archiveOf(unread(number))])));
    const fingerprints = await Promise.all(
      numbers.map(async (_, i) => {
        const words = ['inspect', at(`${i}.tar`), '--verify', '--workers', '0'];
        return (await varve([...words, '--format', '{{.Varve.fingerprint.digest}}'])).stdout;
      }),
    );
    expect(new Set(fingerprints).size).toBe(numbers.length - 1);
    expect(fingerprints[2]).toBe(fingerprints[5]);
    const diff = await varve(['diff', at('0.tar'), at('1.tar'), '--image', 'app:1', '--format', 'json']);
    expect(diff.stdout).toContain('"Odd": 9007199254740993\n');
    expect(diff.stdout).toContain('"Odd": 9007199254740992\n');
  });

  it('is refused where Go reads labels, ports and variables', async () => {
    write({ 'odd.tar': archiveOf('{"Labels":1e400,"ExposedPorts":1e400,"Env":1e400,"Cmd":["a"]}') });
    const { archives } = await scan([at('odd.tar')], { workers: 0 });
    expect(archives[0]?.status).toBe('failed');
    expect(archives[0]?.findings.map(({ code }) => code)).toContain('document-invalid');
  });
});
