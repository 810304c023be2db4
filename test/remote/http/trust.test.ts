import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { trustFor } from '../../../src/remote/http/trust.js';
import { usualChunkBytes, usualHostFolders } from '../../../src/remote/settings.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const { folder } = temporaryFolder();
const none = { caFile: null, certFile: null, keyFile: null, hostFolders: [] };

function file(path: string, text: string): string {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

const pems = ['OWN', 'SSL', 'NODE', 'CA'];
/** Real ones: those that Node has. */
const pem = (name: string) => rootCertificates[pems.indexOf(name)] ?? '';
const texts = (list: readonly (string | Buffer)[] | null) => list?.slice(rootCertificates.length).map(String);

describe('the trust in a host', () => {
  it('is that of Node where nothing else is said', () => {
    expect(trustFor('r.example', { tls: none, environment: {} })).toEqual({ ca: null, cert: null, key: null });
  });

  it('has the CA file and those of the environment beside the roots of Node', () => {
    const caFile = file('ca.pem', pem('OWN'));
    const environment = {
      SSL_CERT_FILE: file('ssl.pem', pem('SSL')),
      NODE_EXTRA_CA_CERTS: file('node.pem', pem('NODE')),
    };
    const { ca } = trustFor('r.example', { tls: { ...none, caFile }, environment });
    expect(ca?.slice(0, rootCertificates.length)).toEqual([...rootCertificates]);
    expect(texts(ca)).toEqual([pem('OWN'), pem('SSL'), pem('NODE')]);
    const { NODE_EXTRA_CA_CERTS } = environment;
    expect(trustFor('r.example', { tls: none, environment: { NODE_EXTRA_CA_CERTS } }).ca).toBeNull();
    const same = { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE: NODE_EXTRA_CA_CERTS };
    expect(trustFor('r.example', { tls: none, environment: same }).ca).toBeNull();
  });

  it('has what the folder of that host and port holds, and of no other', () => {
    file('certs.d/r.example:5000/own.crt', pem('CA'));
    file('certs.d/r.example:5000/lonely.cert', pem('OWN'));
    const tls = { ...none, hostFolders: [join(folder, 'absent'), join(folder, 'certs.d')] };
    const { ca, cert, key } = trustFor('r.example:5000', { tls, environment: {} });
    expect([texts(ca), cert, key]).toEqual([[pem('CA')], null, null]);
    expect(trustFor('r.example', { tls, environment: {} }).ca).toBeNull();
  });

  it('is refused where a file that was named is not there, or holds no certificate', () => {
    const tls = { ...none, caFile: join(folder, 'gone.pem') };
    expect(() => trustFor('r.example', { tls, environment: {} })).toThrow(/gone.pem: cannot be read, and TLS needs it/);
    for (const text of ['nothing', '-----BEGIN CERTIFICATE-----\nzzz\n-----END CERTIFICATE-----\n']) {
      const empty = { ...none, caFile: file('empty.pem', text) };
      expect(() => trustFor('r.example', { tls: empty, environment: {} })).toThrow(/no certificate in PEM in it/);
    }
  });

  it('is refused where a certificate of ours has no key, or both are none', () => {
    const certFile = file('own.pem', pem('OWN'));
    const keyFile = file('key.pem', 'nothing');
    const ask = (tls: object) => () => trustFor('r.example', { tls: { ...none, ...tls }, environment: {} });
    expect(ask({ certFile })).toThrow(/own.pem: a certificate is shown with its key, and one of both is not named/);
    expect(ask({ keyFile })).toThrow(/key.pem: a certificate is shown with its key, and one of both is not named/);
    expect(ask({ certFile, keyFile })).toThrow(
      /own.pem and .*key.pem: no certificate in PEM and its key, without a password \(/,
    );
  });

  it('is looked for where docker and podman do, the folder of the user first', () => {
    expect(usualHostFolders('/home/me')).toEqual([
      '/home/me/.config/containers/certs.d',
      '/home/me/.config/docker/certs.d',
      '/etc/containers/certs.d',
      '/etc/docker/certs.d',
    ]);
    expect(usualChunkBytes).toBeLessThan(100 * 1000 * 1000);
  });
});
