/** A token server whose tokens docker's registry checks: JSON Web Tokens signed with ES256, with the certificate of the key in them. */
import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import type { Certified } from '../remote/servers/certificates.js';
import { listen } from '../remote/servers/listening.js';

export interface SigningServer {
  readonly realm: string;
  /** Requests so far: the user, and the scopes that were asked for. */
  readonly asked: { readonly user: string | null; readonly scopes: readonly string[] }[];
  close(): Promise<void>;
}

const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** Starts it. Everyone may pull; the user with the password may push and see the catalog; another password is refused. */
export async function startSigningServer(signer: Certified, user: string, password: string): Promise<SigningServer> {
  const key = createPrivateKey(signer.key);
  const x5c = [new X509Certificate(signer.cert).raw.toString('base64')];
  const asked: SigningServer['asked'] = [];
  const { host, close } = await listen((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x');
    const given = request.headers.authorization?.replace(/^Basic /, '');
    const isUser = given === Buffer.from(`${user}:${password}`).toString('base64');
    const scopes = searchParams.getAll('scope');
    asked.push({ user: given === undefined ? null : user, scopes });
    if (given !== undefined && !isUser) {
      response.writeHead(401, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] }));
      return;
    }
    const access = scopes.map((scope) => {
      const [type = '', ...rest] = scope.split(':');
      const actions = (rest.pop() ?? '').split(',').filter((action) => isUser || action === 'pull');
      return { type, name: rest.join(':'), actions };
    });
    const now = Math.floor(Date.now() / 1000);
    const header = base64(JSON.stringify({ alg: 'ES256', typ: 'JWT', x5c }));
    const claims = {
      iss: 'varve test',
      sub: isUser ? user : '',
      aud: 'registry.test',
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const text = `${header}.${base64(JSON.stringify(claims))}`;
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    response.end(JSON.stringify({ token: `${text}.${signature}`, expires_in: 300 }));
  });
  return { realm: `http://${host}/token`, asked, close };
}
