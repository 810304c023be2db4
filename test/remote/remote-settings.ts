/** Settings of the client for tests: nobody's home, an empty environment, short waits. */
import { limits } from '../../src/model/limits.js';
import { type RemoteSettings, usualConnections, usualTiming } from '../../src/remote/settings.js';

/** Settings that find no credentials and no proxy, with what a test asks for. */
export function remoteSettings(changed: Partial<RemoteSettings> = {}): RemoteSettings {
  return {
    limits,
    offline: false,
    plainHttp: false,
    tls: { caFile: null, certFile: null, keyFile: null, hostFolders: [] },
    authFile: null,
    environment: {},
    homeFolder: '/nonexistent',
    timing: { ...usualTiming, retries: 3, firstBackoffMs: 1 },
    maxConnections: usualConnections,
    chunkBytes: 1024 * 1024,
    userAgent: 'varve-test',
    signal: undefined,
    ...changed,
  };
}
