/** Which bodies of an archive are read, by which algorithms, and which are looked into. */

import { describe, expect, it } from 'vitest';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import type { ArchiveClaims, Claim } from '../../src/formats/claims.js';
import type { Digest } from '../../src/model/digest.js';
import { limits } from '../../src/model/limits.js';
import type { EntryRecord } from '../../src/model/results/inventory.js';
import { RunBudget } from '../../src/model/work/run-budget.js';
import { finished } from '../../src/model/work/work.js';
import { fileAt } from '../../src/sources/location.js';
import { requestsOf as requestSteps } from '../../src/threads/requests.js';
import { directory, file, rawTar, symlink } from '../helpers/archive-builder.js';
import { memorySource } from '../helpers/byte-sources.js';

const requestsOf = (of: ArchiveClaims) => finished(requestSteps(of));
const sha256 = `sha256:${'1'.repeat(64)}` as Digest;
const sha512 = `sha512:${'2'.repeat(128)}` as Digest;
const other = `blake3:${'3'.repeat(64)}` as Digest;
const digest = (entry: number, value: Digest, named: 'blob' | 'config' | 'layer' = 'blob'): Claim => ({
  kind: 'digest',
  entry,
  digest: value,
  named,
  source: 'test',
});
const diffId = (entry: number, value: Digest): Claim => ({ kind: 'diffid', entry, digest: value, source: 'test' });

/** Claims about a tar of three files a, b and c. */
function claims(
  facts: Partial<ArchiveClaims>,
  bytes = rawTar(['a', 'b', 'c'].map((name) => file(name, name))),
): ArchiveClaims {
  const table = {
    ...indexTar(memorySource(bytes), limits),
    path: 'x.tar!/sub',
    filePath: 'x.tar',
    location: fileAt('x.tar'),
    container: 'tar',
    compression: 'none',
    sizeBytes: 0,
  } as const;
  const roles = table.entries.map((): EntryRecord['role'] => 'blob');
  const none: Omit<ArchiveClaims, 'format' | 'table' | 'roles'> = {
    claims: [],
    layers: new Map(),
    images: [],
    artifacts: [],
    names: [],
    absentPlatforms: [],
    inline: [],
    repeats: [],
    findings: [],
    limits,
    held: new RunBudget(limits).account(),
    notChecked: [],
  };
  return { format: 'oci-archive', table, roles, ...none, ...facts };
}

const layers = (...entries: readonly (readonly [number, string | null])[]) =>
  new Map(entries.map(([entry, opaque]) => [entry, { opaque }]));

describe('the requests of an archive', () => {
  it('name every file once, with its place in the file itself', () => {
    const requests = requestsOf(claims({}));
    expect(
      requests.map(({ entry, location, offsetBytes, sizeBytes }) => [entry, location, offsetBytes, sizeBytes]),
    ).toEqual([
      [0, fileAt('x.tar'), 512, 1],
      [1, fileAt('x.tar'), 1536, 1],
      [2, fileAt('x.tar'), 2560, 1],
    ]);
    expect(requests[0]).toMatchObject({ algorithms: ['sha256'], layer: null, claimed: null });
  });

  it('ask for the algorithms that someone claims, and for SHA-256 where nobody does or nobody can', () => {
    const requests = requestsOf(
      claims({ claims: [digest(0, sha512), digest(0, sha256, 'config'), digest(1, sha512), digest(2, other)] }),
    );
    expect(requests.map(({ algorithms }) => algorithms)).toEqual([['sha512', 'sha256'], ['sha512'], ['sha256']]);
  });

  it('look into layers, always by SHA-256, but not into those that cannot be looked into', () => {
    const requests = requestsOf(claims({ layers: layers([0, null], [1, 'encrypted']), claims: [diffId(0, sha512)] }));
    expect(requests.map(({ layer }) => layer)).toEqual([['sha256', 'sha512'], null, null]);
  });

  it('share by the digest that a blob claims, else by that of a layer name, else by the diffID', () => {
    const named = [
      diffId(0, sha512),
      digest(0, sha256),
      digest(0, other, 'layer'),
      diffId(1, sha512),
      digest(1, sha256, 'layer'),
      digest(2, sha512, 'config'),
      diffId(2, sha256),
    ];
    expect(requestsOf(claims({ claims: named })).map(({ claimed }) => claimed)).toEqual([sha256, sha256, sha256]);
    expect(requestsOf(claims({ claims: [digest(0, sha512, 'config')] }))[0]?.claimed).toBeNull();
  });

  it('leave out folders, links, cut files and documents', () => {
    const bytes = rawTar([directory('d'), symlink('s', 'x'), file('x', 'x'), file('cut', Buffer.alloc(900))]).subarray(
      0,
      2600,
    );
    expect(requestsOf(claims({}, bytes)).map(({ entry }) => entry)).toEqual([2]);
    expect(requestsOf(claims({ roles: ['document', 'blob', 'document'] })).map(({ entry }) => entry)).toEqual([1]);
  });

  it('take a document after all whose name comes twice', () => {
    const { table } = claims({});
    const repeats = [[...table.entries.slice(0, 2)]];
    const requests = requestsOf({ ...claims({ roles: ['document', 'document', 'document'] }), table, repeats });
    expect(requests.map(({ entry }) => entry)).toEqual([0, 1]);
  });
});
