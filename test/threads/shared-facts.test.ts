/** Equal claims are looked into once, and facts are shared only between bodies that are equal. */

import { describe, expect, it } from 'vitest';
import type { Algorithm, Digest } from '../../src/model/digest.js';
import type { BlobObservation, BlobRequest, LayerObservation } from '../../src/observe/observation.js';
import { fileAt } from '../../src/sources/location.js';
import { type BodyInProgress, blobJob, leadersOf, shareFacts } from '../../src/threads/shared-facts.js';

const digest = (name: string): Digest => `sha256:${name.padEnd(64, '0')}` as Digest;
const request = (claimed: string | null, facts: Partial<BlobRequest> = {}): BlobRequest => ({
  location: fileAt('a'),
  offsetBytes: 0,
  sizeBytes: 10,
  algorithms: ['sha256'],
  layer: ['sha256'],
  claimed: claimed === null ? null : digest(claimed),
  ...facts,
});
const nothing = { factsOf: () => null };
const bodiesOf = (
  requests: readonly BlobRequest[],
  observations: readonly (BlobObservation | null)[] = [],
): BodyInProgress[] => requests.map((each, i) => ({ request: each, archive: 0, observation: observations[i] ?? null }));
const looks = (requests: readonly BlobRequest[]): boolean[] => {
  const bodies = bodiesOf(requests);
  const leaders = leadersOf(bodies, nothing);
  return bodies.map((body) => leaders.has(body));
};

describe('the first round', () => {
  it('looks into one of several bodies with equal claims, the first', () => {
    expect(looks([request('a'), request('b'), request('a'), request('b'), request('a')])).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('looks into each body that nothing is claimed of', () => {
    expect(looks([request(null), request(null)])).toEqual([true, true]);
  });

  it('looks into each body of another size or with other questions', () => {
    const both: readonly Algorithm[] = ['sha256', 'sha512'];
    expect(looks([request('a'), request('a', { sizeBytes: 11 }), request('a', { layer: both })])).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('looks into no body that is no layer, and lets none lead', () => {
    expect(looks([request('a', { layer: null }), request('a'), request('a')])).toEqual([false, true, false]);
  });

  it('hashes every body by what is asked of it', () => {
    const bodies = bodiesOf([
      request('a', { algorithms: ['sha512'], offsetBytes: 5, location: fileAt('x') }),
      request('a'),
    ]);
    const jobs = bodies.map((body, i) => blobJob({ ...body, archive: i }, ['files'], i === 0));
    const same = { kind: 'blob', sizeBytes: 10, probes: ['files'] };
    expect(jobs).toEqual([
      { ...same, location: fileAt('x'), offsetBytes: 5, algorithms: ['sha512'], layer: ['sha256'], archive: 0 },
      { ...same, location: fileAt('a'), offsetBytes: 0, algorithms: ['sha256'], layer: null, archive: 1 },
    ]);
  });
});

const facts: LayerObservation = { ok: false, limit: false, detail: 'facts of the leader', offsetBytes: 0 };
const seen = (name: string, layer: LayerObservation | null, algorithm: Algorithm = 'sha256'): BlobObservation => ({
  digests: { [algorithm]: digest(name).replace('sha256', algorithm) as Digest },
  storedBytes: 10,
  compression: layer === null ? null : 'gzip',
  layer,
});

describe('the sharing of facts', () => {
  /** The places of the bodies that are to be looked into after all, and what is then known of each. */
  const share = (requests: readonly BlobRequest[], observations: readonly (BlobObservation | null)[]) => {
    const bodies = bodiesOf(requests, observations);
    const again = shareFacts(bodies, nothing).map((body) => bodies.indexOf(body));
    return { again, observations: bodies.map(({ observation }) => observation) };
  };
  const alike = (count: number): BlobRequest[] => Array.from({ length: count }, () => request('a'));

  it('gives a follower the facts of a leader with the same observed digest', () => {
    const { again, observations } = share(alike(2), [seen('a', facts), seen('a', null)]);
    expect(again).toEqual([]);
    expect(observations[1]).toEqual(seen('a', facts));
  });

  it('keeps from a follower that all layers of the archive of its leader became too much', () => {
    const leader = seen('a', { ...facts, limit: true, ofArchive: true });
    expect(share(alike(2), [leader, seen('a', null)]).again).toEqual([1]);
  });

  it('keeps from a follower the facts of a leader that is something else than it claims', () => {
    const first = share(alike(3), [seen('lie', facts), seen('a', null), seen('a', null)]);
    expect(first.again).toEqual([1]);
    const second = share(alike(3), [
      seen('lie', facts),
      seen('a', { ...facts, detail: 'of the second look' }),
      seen('a', null),
    ]);
    expect(second.again).toEqual([]);
    expect(second.observations.map((each) => each?.layer)).toMatchObject([
      { detail: 'facts of the leader' },
      { detail: 'of the second look' },
      { detail: 'of the second look' },
    ]);
  });

  it('names one body for each distinct digest that nobody has looked into', () => {
    const observations = [seen('lie', facts), seen('a', null), seen('b', null), seen('a', null), seen('b', null)];
    expect(share(alike(5), observations).again).toEqual([1, 2]);
  });

  it('goes on where the leader could not be read at all', () => {
    expect(share(alike(3), [null, seen('a', null), seen('a', null)]).again).toEqual([1]);
  });

  it('takes one digest in common for enough, whatever else was computed', () => {
    const leader = {
      ...seen('a', facts),
      digests: { ...seen('a', facts).digests, ...seen('b', null, 'sha512').digests },
    };
    const requests = [request('a'), request('a', { algorithms: ['sha512'] })];
    const { again, observations } = share(requests, [leader, seen('b', null, 'sha512')]);
    expect(again).toEqual([]);
    expect(observations[1]?.layer).toEqual(facts);
  });

  it('keeps facts apart that answer other questions, and leaves alone what is no layer', () => {
    const requests = [request('a'), request('a', { layer: ['sha256', 'sha512'] }), request('a', { layer: null })];
    const { again, observations } = share(requests, [seen('a', facts), seen('a', null), seen('a', null)]);
    expect(again).toEqual([1]);
    expect(observations[2]?.layer).toBeNull();
  });
});
