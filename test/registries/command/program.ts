/** The built program as somebody types it, with a home of its own, and images in a layout that it can push. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ociManifest } from '../../../src/model/media-type.js';
import { digestOf, type MadeImage } from '../images.js';

const main = fileURLToPath(new URL('../../../src/cli/main.cjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run is given what does not stand on its command line. */
export interface RunSetting {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Kills it at once when this is fulfilled. */
  readonly killedBy?: Promise<void>;
}

/** Runs it to its end; nothing of this machine's variables but PATH. */
export function varve(argv: readonly string[], { home, env = {}, stdin = '', killedBy }: RunSetting): Promise<Ended> {
  mkdirSync(home, { recursive: true });
  const child = spawn(process.execPath, [main, ...argv], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => {
    said.stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    said.stderr += text.toString();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  killedBy?.then(() => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

/** Writes images into a layout, each under its name. */
export function writeLayout(folder: string, images: Readonly<Record<string, MadeImage>>): void {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  for (const { config, layers, manifest } of Object.values(images)) {
    for (const bytes of [config, ...layers, manifest]) {
      writeFileSync(join(folder, 'blobs', digestOf(bytes).replace(':', '/')), bytes);
    }
  }
  const manifests = Object.entries(images).map(([name, { manifest, digest }]) => ({
    mediaType: ociManifest,
    digest,
    size: manifest.length,
    // What refers to another has no name.
    ...(name.startsWith('of ') ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
  }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}
