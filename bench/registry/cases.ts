/** What is compared: each program's way to pull and push all images, cold and once more. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { run } from '../peers/processes.js';
import type { ImageSet } from './images.js';

export interface TransferStep {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
  /** Before it, and not timed. */
  readonly before?: () => void;
}

export interface TransferCase {
  readonly name: string;
  /** Has to be there; null for this program itself. */
  readonly program: string | null;
  readonly steps: (round: number) => readonly TransferStep[];
}

/** All cases. */
export function casesOf(folder: string, { registry, repositories, layout, store }: ImageSet): readonly TransferCase[] {
  const made = join(folder, 'made');
  const source = (name: string): string => `${registry}/source/${name}:1`;
  const each = (command: (name: string) => readonly string[]) => repositories.map(command);
  const varve = [process.execPath, 'dist/src/cli/main.cjs'];
  const pull = (name: string, program: string | null, commands: readonly (readonly string[])[]): TransferCase => ({
    name,
    program,
    steps: () => [
      { name: 'pull, cold', commands, before: () => rmSync(made, { recursive: true, force: true }) },
      { name: 'pull, again', commands },
    ],
  });
  const push = (
    name: string,
    program: string | null,
    commandsTo: (target: (name: string) => string) => readonly (readonly string[])[],
    prepared: (target: (name: string) => string) => void = () => {},
  ): TransferCase => ({
    name,
    program,
    steps: (round) => {
      const target = (image: string): string => `${registry}/${program ?? 'varve'}${round}/${image}:1`;
      const commands = commandsTo(target);
      return [
        { name: 'push, cold', commands, before: () => prepared(target) },
        { name: 'push, again', commands },
      ];
    },
  });
  return [
    pull('varve', null, [[...varve, 'pull', ...repositories.map(source), '--store', made, '-q']]),
    pull(
      'skopeo copy',
      'skopeo',
      each((name) => [
        'skopeo',
        'copy',
        '-q',
        '--preserve-digests',
        '--src-tls-verify=false',
        `docker://${source(name)}`,
        `oci:${made}:${name}`,
      ]),
    ),
    pull('crane pull', 'crane', [
      ['crane', 'pull', '--insecure', '--format', 'oci', ...repositories.map(source), made],
    ]),
    pull(
      'oras cp',
      'oras',
      each((name) => ['oras', 'cp', '--from-plain-http', '--to-oci-layout', source(name), `${made}:${name}`]),
    ),
    pull(
      'regctl image copy',
      'regctl',
      each((name) => [
        'regctl',
        '--host',
        `reg=${registry},tls=disabled`,
        'image',
        'copy',
        source(name),
        `ocidir://${made}:${name}`,
      ]),
    ),
    push(
      'varve',
      null,
      (target) => [[...varve, 'push', ...repositories.map(target), '--store', store, '-q']],
      (target) => {
        for (const name of repositories) {
          run({ argv: [...varve, 'tag', source(name), target(name), '--store', store], discard: true });
        }
      },
    ),
    push('skopeo copy', 'skopeo', (target) =>
      each((name) => [
        'skopeo',
        'copy',
        '-q',
        '--preserve-digests',
        '--dest-tls-verify=false',
        `oci:${layout}:${name}`,
        `docker://${target(name)}`,
      ]),
    ),
    push('oras cp', 'oras', (target) =>
      each((name) => ['oras', 'cp', '--from-oci-layout', '--to-plain-http', `${layout}:${name}`, target(name)]),
    ),
    push('regctl image copy', 'regctl', (target) =>
      each((name) => [
        'regctl',
        '--host',
        `reg=${registry},tls=disabled`,
        'image',
        'copy',
        `ocidir://${layout}:${name}`,
        target(name),
      ]),
    ),
  ];
}
