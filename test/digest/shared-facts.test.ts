/** Equal claims are looked into once, and facts are shared only between bodies that are equal. */
import { describe, expect, it } from 'vitest';
import type { BlobObservation, BlobRequest, LayerObservation } from '../../src/digest/observation.js';
import { planBlobs, shareFacts } from '../../src/digest/shared-facts.js';
import type { Algorithm, Digest } from '../../src/model/digest.js';

const digest = (name: string): Digest => `sha256:${name.padEnd(64, '0')}` as Digest;
const request = (claimed: string | null, facts: Partial<BlobRequest> = {}): BlobRequest => ({
  path: 'a',
  offsetBytes: 0,
  sizeBytes: 10,
  algorithms: ['sha256'],
  layer: ['sha256'],
  claimed: claimed === null ? null : digest(claimed),
  ...facts,
});
const looks = (requests: readonly BlobRequest[]): boolean[] => planBlobs(requests).map(({ layer }) => layer !== null);

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
    const planned = planBlobs([request('a', { algorithms: ['sha512'], offsetBytes: 5, path: 'x' }), request('a')]);
    expect(planned).toEqual([
      { kind: 'blob', path: 'x', offsetBytes: 5, sizeBytes: 10, algorithms: ['sha512'], layer: ['sha256'] },
      { kind: 'blob', path: 'a', offsetBytes: 0, sizeBytes: 10, algorithms: ['sha256'], layer: null },
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
  it('gives a follower the facts of a leader with the same observed digest', () => {
    const observations = [seen('a', facts), seen('a', null)];
    expect(shareFacts([request('a'), request('a')], observations)).toEqual([]);
    expect(observations[1]).toEqual({ ...seen('a', facts) });
  });

  it('keeps from a follower that all layers of the archive of its leader became too much', () => {
    const observations = [seen('a', { ...facts, limit: true, ofArchive: true }), seen('a', null)];
    expect(shareFacts([request('a'), request('a')], observations)).toEqual([1]);
  });

  it('keeps from a follower the facts of a leader that is something else than it claims', () => {
    const observations = [seen('lie', facts), seen('a', null), seen('a', null)];
    const requests = ['a', 'a', 'a'].map((claimed) => request(claimed));
    expect(shareFacts(requests, observations)).toEqual([1]);
    observations[1] = seen('a', { ...facts, detail: 'of the second look' });
    expect(shareFacts(requests, observations)).toEqual([]);
    expect(observations.map((each) => (each.layer as typeof facts).detail)).toEqual([
      'facts of the leader',
      'of the second look',
      'of the second look',
    ]);
  });

  it('names one body for each distinct digest that nobody has looked into', () => {
    const observations = [seen('lie', facts), seen('a', null), seen('b', null), seen('a', null), seen('b', null)];
    expect(
      shareFacts(
        ['a', 'a', 'a', 'a', 'a'].map((claimed) => request(claimed)),
        observations,
      ),
    ).toEqual([1, 2]);
  });

  it('goes on where the leader could not be read at all', () => {
    const observations = [null, seen('a', null), seen('a', null)];
    expect(
      shareFacts(
        ['a', 'a', 'a'].map((claimed) => request(claimed)),
        observations,
      ),
    ).toEqual([1]);
  });

  it('takes one digest in common for enough, whatever else was computed', () => {
    const leader = {
      ...seen('a', facts),
      digests: { ...seen('a', facts).digests, ...seen('b', null, 'sha512').digests },
    };
    const observations = [leader, seen('b', null, 'sha512')];
    expect(shareFacts([request('a'), request('a', { algorithms: ['sha512'] })], observations)).toEqual([]);
    expect(observations[1]?.layer).toEqual(facts);
  });

  it('keeps facts apart that answer other questions, and leaves alone what is no layer', () => {
    const observations = [seen('a', facts), seen('a', null), seen('a', null)];
    const requests = [request('a'), request('a', { layer: ['sha256', 'sha512'] }), request('a', { layer: null })];
    expect(shareFacts(requests, observations)).toEqual([1]);
    expect(observations[2]?.layer).toBeNull();
  });
});
