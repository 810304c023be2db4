/**
 * The script of `varve plan`, run by the shell it is for, on archives whose names are made to be obeyed by one: `docker`, a
 * stand-in here, is called for what goes, with each name as one word, and nothing else happens.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/results/plan.js';
import { planDockerScript } from '../../src/report/plan/plan-docker-script.js';
import { planScript } from '../../src/report/plan/plan-script.js';
import {
  describe as describeNode,
  dockerSave,
  type Entry,
  file,
  image,
  layer,
  ociLayout,
  ociManifest,
  rawTar,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { samplePlan } from '../report/sample-diffs.js';
import { varve } from './console.js';

const { folder } = temporaryFolder();

/** Each would leave a file behind it where a shell obeyed it. */
const attacks = [
  '$(touch owned)',
  '`touch owned`',
  "'; touch owned; '",
  '"; touch owned; "',
  '"$(touch owned)"',
  '\'"\'"; touch owned #',
  'a;touch owned',
  'a&touch owned&',
  'a|touch owned',
  'a>owned',
  'a<<E\ntouch owned\nE',
  'x\ntouch owned',
  'x\r\ntouch owned\r\n',
  'x\\\ntouch owned',
  '\\',
  "\\'; touch owned; '",
  '*',
  '~',
  '$HOME',
  '$x$(touch owned)',
  '!touch owned',
  '#touch owned',
  '{touch,owned}',
  ' touch owned',
  '\u001b]0;x\u0007; touch owned',
  '\u2028touch owned',
  '-f',
  '--force',
  '-$(touch owned)',
  '=touch',
];
/** What no command may hold: a terminal would obey it, or docker would take it for an option. */
const isRefused = (name: string): boolean => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) || name.startsWith('-');

let runs = 0;
/** Runs a script in an empty folder; returns the words of each call of docker, and the files that are there after it. */
function obeyed(script: string): { readonly calls: string[][]; readonly files: string[] } {
  const own = join(folder, `run-${runs++}`);
  const bin = join(own, 'bin');
  const work = join(own, 'work');
  for (const path of [bin, work]) mkdirSync(path, { recursive: true });
  const log = join(own, 'calls');
  writeFileSync(log, '');
  const docker = join(bin, 'docker');
  writeFileSync(docker, `#!/bin/sh\nprintf '%s\\0' "$@" >>'${log}'\nprintf '\\n\\0' >>'${log}'\n`);
  chmodSync(docker, 0o755);
  const path = join(own, 'script.sh');
  writeFileSync(path, script);
  execFileSync('/bin/sh', [path], { cwd: work, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: work } });
  const calls = readFileSync(log, 'utf8').split('\0\n\0').slice(0, -1);
  return { calls: calls.map((call) => call.split('\0')), files: readdirSync(work) };
}

const removal = (name: string): string[] => ['image', 'rm', name];

async function scriptOf(...words: readonly string[]): Promise<string> {
  const { code, stdout } = await varve(['plan', ...words, '--format', 'script', '--workers', '0', '--quiet']);
  expect(code).toBe(0);
  return stdout;
}

const dockerScriptOf = (...words: readonly string[]) => scriptOf(...words, '--for', 'docker');

describe('the script of a plan for docker', () => {
  it('names an image of a v1 archive as one word, or in no command', async () => {
    const body = layer({ files: [{ path: 'a' }] }).tar;
    const entries = attacks.flatMap((id, i): Entry[] => [
      file(`${i}/json`, JSON.stringify({ id })),
      { ...file(`${i}/layer.tar`, ''), content: body },
    ]);
    const path = join(folder, 'v1.tar');
    writeFileSync(path, rawTar([...entries, file('repositories', '{}')]));
    const { calls, files } = obeyed(await dockerScriptOf(path, '--remove', 'dangling'));
    expect(calls).toEqual(attacks.filter((id) => !isRefused(id)).map(removal));
    expect(files).toEqual([]);
  });

  it('calls docker for no tag that means something in its archive only', async () => {
    const tags = ['docker.io/shop/app:1', ...attacks];
    const path = join(folder, `${attacks[0]};touch owned\ntouch owned.tar`);
    const spec = image({ layers: [layer({ files: [{ path: 'b' }] })], tags: [] });
    const [body, ...rest] = dockerSave([spec], { variant: 'crane' });
    const records = [{ Config: spec.id, RepoTags: tags, Layers: [body?.name] }];
    const others = rest.filter(({ name }) => name !== 'manifest.json');
    writeFileSync(path, rawTar([body as Entry, ...others, file('manifest.json', JSON.stringify(records))]));
    const { calls, files } = obeyed(await dockerScriptOf(path, '--remove', spec.id));
    expect(calls).toEqual([removal('docker.io/shop/app:1')]);
    expect(files).toEqual([]);
  });

  it.each(attacks)('is inert with %j in every place of a plan', (name) => {
    const [first] = samplePlan.images;
    const images: Plan['images'] =
      first === undefined ? [] : [{ ...first, id: name, references: [name], contested: [name] }];
    const untagged = [{ id: name, references: [name] }];
    const archives = ['docker-archive', 'oci-layout'].flatMap((format) =>
      samplePlan.archives.map((archive) => ({
        ...archive,
        format,
        path: name,
        outcome: 'empty' as const,
        removed: [name],
        untagged: [name],
      })),
    );
    const plan: Plan = { ...samplePlan, removed: [name], images, untagged, archives };
    const { calls, files } = obeyed([...planDockerScript(plan)].join(''));
    expect(calls).toEqual(isRefused(name) ? [] : [removal(name)]);
    const nothing = { going: new Map(), staying: new Map() };
    expect(obeyed([...planScript({ ...plan, deletions: [] }, { seen: nothing, quarantine: null })].join(''))).toEqual({
      calls: [],
      files: [],
    });
    expect(files).toEqual([]);
  });

  it('calls docker for each image that goes, where names are as they should be', async () => {
    const path = join(folder, 'plain.tar');
    const specs = [1, 2].map((at) =>
      image({ layers: [layer({ files: [{ path: `p${at}` }] })], tags: at === 1 ? ['docker.io/shop/app:1'] : [] }),
    );
    writeFileSync(path, rawTar(dockerSave(specs, { variant: 'crane' })));
    const { calls } = obeyed(await dockerScriptOf(path, '--remove', 'dangling,shop/app:1'));
    expect(calls.map((call) => call.at(-1)).sort()).toEqual(['docker.io/shop/app:1', specs[1]?.id].sort());
  });
});

describe('the script of a plan for files', () => {
  it('has nothing but comments for what goes from a layout, whatever its folder and its tags are called', async () => {
    const path = join(folder, "lay'out;touch owned\ntouch owned $(touch owned)");
    const spec = image({ layers: [layer({ files: [{ path: 'c' }] })] });
    const roots = attacks.map((name) =>
      describeNode(ociManifest(spec), { annotations: { 'org.opencontainers.image.ref.name': name } }),
    );
    const other = ociManifest(image({ layers: [layer({ files: [{ path: 'd' }] })] }));
    await writeLayoutFolder(ociLayout([...roots, other]), path);
    const script = await scriptOf(path, '--remove', spec.id);
    expect(script.match(/^# goes from /gm)).not.toBeNull();
    expect(obeyed(script)).toEqual({ calls: [], files: [] });
  });
});
