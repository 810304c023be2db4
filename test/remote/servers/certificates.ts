/** Certificates for servers of the tests, made when they are needed by openssl, for a day: an authority, a server, a client. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certified {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  readonly own: Certified;
  /** A certificate of this authority for a server (`DNS:name`, `IP:address`) or, without names, for a client. */
  issue(name: string, alternatives?: readonly string[]): Certified;
}

/** Makes an authority in a folder. Throws where there is no openssl: these tests need it. */
export function createAuthority(folder: string, name: string): Authority {
  const own = files(folder, name);
  openssl([
    'req',
    '-x509',
    ...newKey(own),
    '-days',
    '1',
    '-subj',
    `/CN=${name}`,
    '-addext',
    'basicConstraints=critical,CA:TRUE',
  ]);
  return {
    own: read(own),
    issue: (of, alternatives = []) => {
      const made = files(folder, `${name}-${of}`);
      const request = join(folder, `${of}.csr`);
      const extensions = join(folder, `${of}.ext`);
      writeFileSync(extensions, alternatives.length === 0 ? '' : `subjectAltName=${alternatives.join(',')}\n`);
      openssl(['req', '-new', ...newKey({ ...made, certFile: request }), '-subj', `/CN=${of}`]);
      const signed = [
        '-CA',
        own.certFile,
        '-CAkey',
        own.keyFile,
        '-CAcreateserial',
        '-days',
        '1',
        '-extfile',
        extensions,
      ];
      openssl(['x509', '-req', '-in', request, ...signed, '-out', made.certFile]);
      return read(made);
    },
  };
}

const files = (folder: string, name: string) => ({
  certFile: join(folder, `${name}.crt`),
  keyFile: join(folder, `${name}.key`),
});

function newKey({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile, '-out', certFile];
}

function read(made: { readonly certFile: string; readonly keyFile: string }): Certified {
  return { ...made, cert: readFileSync(made.certFile, 'utf8'), key: readFileSync(made.keyFile, 'utf8') };
}

function openssl(argv: readonly string[]): void {
  execFileSync('openssl', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
}
