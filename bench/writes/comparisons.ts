/**
 * What writing is compared with, and what is to be reached: data, apart from what the commands need prepared. The set is a
 * folder as people have it (bench/image-set.ts).
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import type { PlannedCase, PlannedComparison } from '../peers/comparison.js';
import { type GoalRow, ratio } from '../peers/goals.js';
import { type Command, run } from '../peers/processes.js';

const pack = (inputs: readonly string[], output: string, ...more: readonly string[]): Command => ({
  argv: [
    ...[process.execPath, 'dist/src/cli/main.cjs', 'pack', ...inputs, '--output', output],
    ...['--untag-contested', '--quiet', '--no-progress', ...more],
  ],
  discard: true,
});

const otherForms = [['--unify'], ['--compress', 'gzip'], ['--compress', 'none'], ['--outer', 'gzip']];

/** One archive of many, beside programs that copy each image, and beside the bytes alone. */
export function packing(folder: string, archives: readonly ArchiveRecord[], scratch: string): PlannedComparison {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const plain = archives.filter(({ compression }) => compression === 'none').map(({ path }) => path);
  const [packed, copy] = [join(scratch, 'pack.tar'), join(scratch, 'copy.tar')];
  const removed =
    (...paths: readonly string[]) =>
    () => {
      mkdirSync(scratch, { recursive: true });
      for (const path of paths) rmSync(path, { recursive: true, force: true });
    };
  const layout = join(scratch, 'layout');
  return {
    name: 'pack',
    about:
      'one archive of the whole set; skopeo copies each image that it takes, and compresses, podman saves what it has loaded',
    files,
    cases: [
      { name: 'plain', shown: 'varve pack PLAIN -o PACK', before: removed(packed), commands: [pack(plain, packed)] },
      { name: 'varve', shown: 'varve pack SET -o PACK', before: removed(packed), commands: [pack([folder], packed)] },
      {
        name: 'cp',
        shown: 'cp PACK COPY; openssl dgst -sha256 COPY',
        needs: ['openssl'],
        before: removed(copy),
        commands: [{ argv: ['cp', packed, copy] }, { argv: ['openssl', 'dgst', '-sha256', copy] }],
      },
      {
        name: 'sha256sum',
        shown: 'cp PACK COPY; sha256sum COPY',
        needs: ['sha256sum'],
        before: removed(copy),
        commands: [{ argv: ['cp', packed, copy] }, { argv: ['sha256sum', copy] }],
      },
      {
        name: 'skopeo copy',
        shown: 'skopeo copy EACH-IMAGE-THAT-IT-TAKES oci:LAYOUT',
        needs: ['skopeo'],
        rounds: 1,
        before: removed(layout, copy),
        commands: archives.flatMap((archive) => skopeoCopies(archive, layout)),
      },
      podmanSave(archives, scratch),
      ...otherForms.map((words) => ({
        name: words.join(' '),
        shown: `varve pack SET ${words.join(' ')} -o FILE`,
        before: removed(copy, layout),
        rounds: 1,
        commands: [pack([folder], copy, ...words)],
      })),
    ],
  };
}

/** A store of all archives, beside programs that take each image or archive by itself. */
export function loading(folder: string, archives: readonly ArchiveRecord[], scratch: string): PlannedComparison {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const [store, layout] = ['store', 'layout'].map((name) => join(scratch, name)) as [string, string];
  const load: Command = {
    argv: [process.execPath, 'dist/src/cli/main.cjs', 'load', folder, '--store', store, '--quiet', '--no-progress'],
    // What is damaged in the set is left out, and said.
    endsWith: [0, 1],
    discard: true,
  };
  const removed =
    (...paths: readonly string[]) =>
    () => {
      mkdirSync(scratch, { recursive: true });
      run({ argv: ['rm', '-rf', ...paths] });
    };
  const podman = join(scratch, 'podman-loads');
  return {
    name: 'load',
    about:
      'the whole set into a store; skopeo copies each image that it takes, podman loads each archive that it takes',
    files,
    cases: [
      {
        name: 'varve',
        shown: 'varve load SET --store STORE',
        before: removed(store),
        countsWrites: true,
        commands: [load],
      },
      { name: 'again', shown: 'the same a second time', countsWrites: true, commands: [load] },
      {
        name: 'skopeo copy',
        shown: 'skopeo copy EACH-IMAGE-THAT-IT-TAKES oci:LAYOUT',
        needs: ['skopeo'],
        rounds: 1,
        before: removed(layout),
        countsWrites: true,
        commands: archives.flatMap((archive) => skopeoCopies(archive, layout)),
      },
      {
        name: 'podman load',
        shown: 'podman load --input EACH-ARCHIVE-THAT-IT-TAKES',
        needs: ['podman'],
        rounds: 1,
        before: removed(podman),
        countsWrites: true,
        commands: archives
          .filter(({ status }) => status === 'ok')
          .map(({ path }) => ({
            argv: [...podmanIn(podman), 'load', '--quiet', '--input', path],
            endsWith: [0, 125],
            discard: true,
          })),
      },
    ],
  };
}

function podmanIn(store: string): string[] {
  return ['podman', '--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', 'vfs'];
}

/** One command for each image of an archive. Damaged ones it refuses, and those that are gzip as a whole. */
function skopeoCopies({ path, status, compression, format, images }: ArchiveRecord, layout: string): Command[] {
  if (status !== 'ok' || compression === 'gzip') return [];
  const transport = format?.startsWith('oci') === true ? 'oci-archive' : 'docker-archive';
  return images.map((_, i) => ({
    argv: [
      ...['skopeo', 'copy', '--quiet', `${transport}:${path}${images.length > 1 ? `:@${i}` : ''}`],
      `oci:${layout}:image${path.replace(/[^a-z0-9]+/gi, '-')}-${i}`,
    ],
  }));
}

/** Of what it can save again, which zstd layers are not; that it is loaded first is not timed. */
function podmanSave(archives: readonly ArchiveRecord[], scratch: string): PlannedCase {
  const store = join(scratch, 'podman');
  const podman = podmanIn(store);
  const saved = join(scratch, 'podman.tar');
  const tagged = archives.filter(
    ({ status, format, images }) =>
      status === 'ok' && format === 'docker-archive' && images.some(({ references }) => references.length > 0),
  );
  const names = new Set(tagged.flatMap(({ images }) => images.flatMap(({ references }) => references)));
  return {
    name: 'podman save',
    shown: 'podman save --multi-image-archive EACH-NAME -o FILE',
    needs: ['podman'],
    rounds: 1,
    before: () => {
      rmSync(saved, { force: true });
      if (existsSync(store)) return;
      mkdirSync(store, { recursive: true });
      for (const { path } of tagged) run({ argv: [...podman, 'load', '--quiet', '--input', path], endsWith: [0, 125] });
    },
    commands: [{ argv: [...podman, 'save', '--quiet', '--multi-image-archive', '--output', saved, ...names] }],
  };
}

// biome-ignore format: a table
export const writeGoals: readonly GoalRow[] = [
  { what: 'pack of archives that are not compressed as a whole', figure: 'cp and openssl of the pack / varve', target: { least: 0.8 },
    value: ({ time }) => ratio(time('pack', 'cp'), time('pack', 'plain')) },
  { what: 'pack of the set', figure: 'cp and openssl of the pack / varve', target: { least: 0.8 },
    value: ({ time }) => ratio(time('pack', 'cp'), time('pack', 'varve')), remark: 'a part of the set has to be unpacked for it' },
  { what: 'pack of the set', figure: 'cp and sha256sum of the pack / varve', target: { least: 0.8 },
    value: ({ time }) => ratio(time('pack', 'sha256sum'), time('pack', 'varve')), remark: 'the same' },
  { what: 'pack of the set', figure: 'skopeo copy of each / varve', target: { least: 15 },
    value: ({ time }) => ratio(time('pack', 'skopeo copy'), time('pack', 'varve')), remark: 'skopeo compresses, too' },
  { what: 'pack of the set', figure: 'peak memory', target: { mostMb: 200 }, value: ({ peak }) => peak('pack', 'varve') },
  { what: 'load of the set', figure: 'skopeo copy of each / varve', target: { least: 8 },
    value: ({ time }) => ratio(time('load', 'skopeo copy'), time('load', 'varve')), remark: 'skopeo compresses, too' },
  { what: 'load of the set', figure: 'podman load of each / varve', target: { least: 5 },
    value: ({ time }) => ratio(time('load', 'podman load'), time('load', 'varve')), remark: 'podman unpacks, too' },
  { what: 'load of the set, a second time', figure: 'again / varve', target: { most: 0.6 },
    value: ({ time }) => ratio(time('load', 'again'), time('load', 'varve')), remark: 'what is compressed as a whole is unpacked for its documents' },
  { what: 'load of the set, a second time', figure: 'bytes written', target: { mostMb: 1 }, value: ({ written }) => written('load', 'again') },
  { what: 'load of the set', figure: 'peak memory', target: { mostMb: 200 }, value: ({ peak }) => peak('load', 'varve') },
];
