/** Registries that others wrote, each as a process of its own on this machine, with what a check asks of it: passwords, tokens, TLS. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const bin = 'test/registries/bin';
export const crane = `${bin}/crane`;
export const oras = `${bin}/oras`;

/** What a registry asks of those who come; nothing: everyone is let in, without TLS. */
export interface Gate {
  /** `user:password` by htpasswd. */
  readonly password?: string;
  /** Realm of a token server, and the file of the certificate that its tokens are signed with. */
  readonly tokens?: { readonly realm: string; readonly rootFile: string };
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** The certificate of the authority by which whoever comes has to show one of their own; with `tls` alone. */
  readonly clientAuthority?: string;
}

export interface RunningRegistry {
  readonly host: string;
  /** Where blobs lie, as `blobs/sha256/ab/ab…/data` below it; null where they are in memory. */
  readonly dataFolder: string | null;
  stop(): void;
}

export interface Implementation {
  readonly name: string;
  readonly version: () => string;
  /** Whether it takes a gate. */
  readonly hasGates: boolean;
  /** Whether it tells where an upload stands (end-13); else one that broke begins anew. */
  readonly tellsUploads: boolean;
  start(folder: string, gate: Gate): Promise<RunningRegistry>;
}

const firstLine = (program: string, argv: readonly string[]): string =>
  execFileSync(program, argv, { encoding: 'utf8' }).split('\n')[0] ?? '';

/** The implementations that are asked. Throws where they were not built. */
export function implementations(): readonly Implementation[] {
  for (const name of ['docker-registry', 'registry', 'crane', 'oras', 'htpasswd']) {
    if (!existsSync(`${bin}/${name}`)) throw new Error(`${bin}/${name} is not there: bash test/registries/build.sh`);
  }
  const distribution = (name: string, program: string, tellsUploads: boolean): Implementation => ({
    name,
    version: () => firstLine(program, ['--version']),
    hasGates: true,
    tellsUploads,
    start: (folder, gate) => startDistribution(program, folder, gate),
  });
  return [
    // 2.8 forgets an upload of which a chunk broke off.
    distribution('docker-registry of Debian', `${bin}/docker-registry`, false),
    distribution('distribution 3', `${bin}/registry`, true),
    {
      name: 'crane registry serve',
      version: () => `crane ${firstLine(crane, ['version'])}`,
      hasGates: false,
      tellsUploads: false,
      start: (folder) => startCrane(folder),
    },
  ];
}

async function startDistribution(program: string, folder: string, gate: Gate): Promise<RunningRegistry> {
  mkdirSync(folder, { recursive: true });
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: {
      addr: host,
      secret: 'of the test',
      ...(gate.tls === undefined ? {} : { tls: tlsOf(gate.tls, gate.clientAuthority) }),
    },
    ...authOf(folder, gate),
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const running = await startProcess(program, ['serve', join(folder, 'config.yml')], host, join(folder, 'log'));
  return { ...running, dataFolder: join(folder, 'data/docker/registry/v2') };
}

function tlsOf({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }, authority?: string) {
  const clients = authority === undefined ? {} : { clientcas: [authority] };
  return { certificate: certFile, key: keyFile, ...clients };
}

function authOf(folder: string, { password, tokens }: Gate): object {
  if (tokens !== undefined) {
    const token = {
      realm: tokens.realm,
      service: 'registry.test',
      issuer: 'varve test',
      rootcertbundle: tokens.rootFile,
    };
    return { auth: { token } };
  }
  if (password === undefined) return {};
  const [, user = '', secret = ''] = /^([^:]*):(.*)$/.exec(password) ?? [];
  const env = { ...process.env, LD_LIBRARY_PATH: `${bin}/lib` };
  writeFileSync(
    join(folder, 'htpasswd'),
    execFileSync(`${bin}/htpasswd`, ['-Bbn', user, secret], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  return { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } };
}

async function startCrane(folder: string): Promise<RunningRegistry> {
  mkdirSync(folder, { recursive: true });
  const host = `127.0.0.1:${await freePort()}`;
  return startProcess(crane, ['registry', 'serve', '--address', host], host, join(folder, 'log'));
}

async function startProcess(
  program: string,
  argv: readonly string[],
  host: string,
  logPath: string,
): Promise<RunningRegistry> {
  const log = openSync(logPath, 'w');
  const child = spawn(program, argv, { stdio: ['ignore', log, log] });
  closeSync(log);
  let ended: string | null = null;
  child.on('error', (error) => {
    ended = error.message;
  });
  child.on('exit', (code) => {
    ended = `exit ${code}`;
  });
  for (let tries = 0; tries < 100; tries += 1) {
    await sleep(100);
    if (ended !== null) break;
    if (await answers(host)) return { host, dataFolder: null, stop: () => child.kill() };
  }
  child.kill();
  throw new Error(`${program} does not start (${ended ?? 'no answer'}): ${readFileSync(logPath, 'utf8').slice(-2000)}`);
}

function answers(host: string): Promise<boolean> {
  const [name = '', port = ''] = host.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), name, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
