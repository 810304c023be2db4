/**
 * Which proxy leads to a host, by the environment as Go's programs read it: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, or the same in lower
 * case. This machine is never asked for through a proxy. A proxy may hold a password, so its address stands in no message.
 */
import { BlockList, isIP } from 'node:net';
import { RemoteError } from '../../model/error.js';
import { isLoopback } from '../place.js';
import type { RemoteEnvironment } from '../settings.js';

/** The proxy for an address, or null where it is reached directly. Throws RemoteError where the variable holds no proxy. */
export function proxyFor(url: URL, environment: RemoteEnvironment): URL | null {
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const [name, text] = firstOf([...names, 'ALL_PROXY', 'all_proxy'], environment) ?? [];
  if (name === undefined || text === undefined || isLoopback(url.host)) return null;
  const [, excluded] = firstOf(['NO_PROXY', 'no_proxy'], environment) ?? [];
  if (excluded !== undefined && isExcluded(url, excluded)) return null;
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(written) ? new URL(written) : null;
  if (proxy?.protocol.startsWith('socks') === true) {
    throw new RemoteError(
      `the variable ${name} names a proxy that speaks SOCKS, which is not spoken here; name one that speaks HTTP, or except ${url.host} by NO_PROXY`,
    );
  }
  if (proxy === null || !['http:', 'https:'].includes(proxy.protocol)) {
    throw new RemoteError(`the variable ${name} holds no proxy: expected http://HOST:PORT or https://HOST:PORT`);
  }
  return proxy;
}

function firstOf(names: readonly string[], environment: RemoteEnvironment): [name: string, value: string] | null {
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== '') return [name, value];
  }
  return null;
}

/** Entries as Go's httpproxy has them: `*`, an address, a block of them, a domain with all below it, `.domain` for what is below. */
function isExcluded({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const hostPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list.split(',').some((each) => {
    const entry = each.trim().toLowerCase();
    if (entry === '*') return true;
    if (entry.includes('/')) return isWithin(host, entry);
    const [, name = '', onPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
    if (name === '' || (onPort !== undefined && onPort !== hostPort)) return false;
    const bare = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
    if (isIP(bare) !== 0) return bare === host;
    return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
  });
}

/** Whether an address lies in a block as `10.0.0.0/8`. */
function isWithin(host: string, block: string): boolean {
  const [, network = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(block) ?? [];
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}
