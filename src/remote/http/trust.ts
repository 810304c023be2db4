/**
 * Which certificates are trusted and shown, for each host: those of Node, a CA file, what NODE_EXTRA_CA_CERTS and SSL_CERT_FILE
 * name, and the folder of a host in docker's and podman's `certs.d` (`*.crt` are authorities, `NAME.cert` with `NAME.key` the client's).
 */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates } from 'node:tls';
import { messageOf, RemoteError } from '../../model/error.js';
import type { RemoteSettings } from '../settings.js';

export interface Trust {
  /** Null where Node's own are enough. */
  readonly ca: readonly (string | Buffer)[] | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
}

/** What is trusted of a host, and shown to it. Throws RemoteError where a file that was named cannot be read. */
export function trustFor(host: string, { tls, environment }: Pick<RemoteSettings, 'tls' | 'environment'>): Trust {
  const found = tls.hostFolders.map((folder) => hostFolder(folder, host)).find((each) => each !== null) ?? null;
  const { SSL_CERT_FILE: system, NODE_EXTRA_CA_CERTS: ofNode } = environment;
  // Node trusts its own variable by itself, unless it is given a list; to read one of many takes long.
  const more = [tls.caFile, system === ofNode ? null : system, ...(found?.authorities ?? [])].filter(isPath);
  const paths = more.length === 0 ? [] : [...more, ofNode].filter(isPath);
  const authorities = paths.map((path) => certificates(path));
  const certPath = tls.certFile ?? found?.certPath ?? null;
  const keyPath = tls.keyFile ?? found?.keyPath ?? null;
  const shown = { cert: certPath === null ? null : pem(certPath), key: keyPath === null ? null : pem(keyPath) };
  checkPair(certPath, keyPath, shown);
  return { ca: authorities.length === 0 ? null : [...rootCertificates, ...authorities], ...shown };
}

function isPath(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}

interface HostFolder {
  readonly authorities: readonly string[];
  readonly certPath: string | null;
  readonly keyPath: string | null;
}

function hostFolder(folder: string, host: string): HostFolder | null {
  const path = `${folder}/${host}`;
  let names: readonly string[];
  try {
    names = readdirSync(path).sort();
  } catch {
    // Most hosts have none; of a folder that may not be read docker says nothing either.
    return null;
  }
  const pair = names.find((name) => name.endsWith('.cert') && names.includes(`${name.slice(0, -'.cert'.length)}.key`));
  return {
    authorities: names.filter((name) => name.endsWith('.crt')).map((name) => `${path}/${name}`),
    certPath: pair === undefined ? null : `${path}/${pair}`,
    keyPath: pair === undefined ? null : `${path}/${pair.slice(0, -'.cert'.length)}.key`,
  };
}

/** A file that has to hold certificates: another would be ignored, and the host then be the one to blame. */
function certificates(path: string): Buffer {
  const bytes = pem(path);
  try {
    new X509Certificate(bytes);
  } catch (cause) {
    throw new RemoteError(`${path}: no certificate in PEM in it`, { cause });
  }
  return bytes;
}

/** Throws RemoteError where one of both is missing, or they do not belong together. */
function checkPair(certPath: string | null, keyPath: string | null, { cert, key }: Pick<Trust, 'cert' | 'key'>): void {
  if (certPath === null && keyPath === null) return;
  if (cert === null || key === null) {
    throw new RemoteError(`${certPath ?? keyPath}: a certificate is shown with its key, and one of both is not named`);
  }
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new RemoteError(
      `${certPath} and ${keyPath}: no certificate in PEM and its key, without a password (${code})`,
      { cause },
    );
  }
}

function pem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new RemoteError(`${path}: cannot be read, and TLS needs it: ${messageOf(cause)}`, { cause });
  }
}
