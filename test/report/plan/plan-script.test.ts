/** The scripts of a plan, whatever the plan says. */
import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../src/model/results/file-facts.js';
import type { Plan } from '../../../src/model/results/plan.js';
import { planDockerScript as planDockerScriptPieces } from '../../../src/report/plan/plan-docker-script.js';
import { planScript as planScriptPieces } from '../../../src/report/plan/plan-script.js';
import { whole } from '../../helpers/whole.js';
import { samplePlan } from '../sample-diffs.js';

const planDockerScript = whole(planDockerScriptPieces);
const planScript = whole(planScriptPieces);

const commands = (script: string) =>
  script
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('#'));

describe('a script for docker', () => {
  const scriptOf = (...changes: readonly Partial<Plan['images'][number]>[]) => {
    const [image] = samplePlan.images;
    const plain = { references: [], contested: [] };
    const images = image === undefined ? [] : changes.map((change) => ({ ...image, ...plain, ...change }));
    return (partialTags: Plan['partialTags'] = []) =>
      planDockerScript({ ...samplePlan, images, partialTags, untagged: [] });
  };

  it.each([
    ["a'; rm -rf ~ #", "docker image rm 'a'\\''; rm -rf ~ #'"],
    ['$(touch x)`y`', "docker image rm '$(touch x)`y`'"],
    ['sha256:00', 'docker image rm sha256:00'],
  ])('quotes what a shell would obey: %s', (id, command) => {
    expect(commands(scriptOf({ id })())).toEqual([command]);
  });

  it('has no command, and no line of its own, for what a terminal would obey', () => {
    const script = scriptOf({ id: 'x\u001b[31m\nrm -rf ~' })();
    expect(commands(script)).toEqual([]);
    expect(script).toContain('# not written as a command');
    expect(script).not.toContain('\u001b');
  });

  it('has each name once, though several images that go have it', () => {
    const references = ['docker.io/library/m:1'];
    expect(commands(scriptOf({ id: 'a', references }, { id: 'b', references })())).toEqual([
      'docker image rm docker.io/library/m:1',
    ]);
  });

  it('removes of a tag only the platforms that go, where others stay', () => {
    const reference = 'docker.io/library/m:1';
    const script = scriptOf({ references: [reference], contested: [reference] });
    expect(commands(script([{ reference, goes: ['linux/arm64'], stays: ['linux/amd64'] }]))).toEqual([
      'docker image rm --platform=linux/arm64 docker.io/library/m:1',
    ]);
  });

  it('removes by its ID an image whose name a newer one of the same platform has', () => {
    const reference = 'docker.io/library/m:1';
    expect(commands(scriptOf({ id: 'sha256:00', references: [reference], contested: [reference] })())).toEqual([
      'docker image rm sha256:00',
    ]);
  });
});

type Deletion = Plan['deletions'][number];

describe('a script for files', () => {
  const deletion: Deletion = { path: 'a.tar', folder: false, reason: 'empty', sizeBytes: 5, coveredBy: [], lost: [] };
  const file = { kind: 'file', file: { path: 'a.tar', sizeBytes: 5, sha256: 'ab' }, links: 1 } as const;
  const scriptOf = (change: Partial<Deletion>, facts: FileFacts | null = file) => {
    const one = { ...deletion, ...change };
    const going = new Map(facts === null ? [] : [[one.path, facts]]);
    const seen = { going, staying: new Map([['b.tar', 7]]) };
    return planScript({ ...samplePlan, deletions: [one] }, { seen, quarantine: null });
  };

  it('looks at size and SHA-256 of a file, and at what has all of it, before it removes the file', () => {
    expect(scriptOf({ reason: 'redundant', coveredBy: ['b.tar'] })).toContain(
      "if stays b.tar 7 &&\n  same a.tar 5 ab; then\n  rm -- a.tar || left a.tar 'it was not removed'\nfi\n",
    );
  });

  it('has no rm for a file that nobody looked at, or that is not what was read', () => {
    for (const facts of [null, { kind: 'unfit', reason: 'gone' }] as const) {
      const script = scriptOf({}, facts);
      expect(script).not.toContain('rm -- ');
      expect(script).toMatch(/^left a\.tar /m);
    }
  });

  it('says what is lost with a damaged file, and that a file with another name on the disk frees nothing yet', () => {
    const lost: Deletion['lost'] = [{ kind: 'image', id: 'sha256:00', references: ['docker.io/library/m:1'] }];
    const script = scriptOf({ reason: 'damaged', lost }, { ...file, links: 2 });
    expect(script).toContain('#   lost with it: 00 m:1\n');
    expect(script).toContain('#   it has 2 names on this disk');
  });

  it('has no command of docker', () => {
    expect(scriptOf({})).not.toContain('docker image rm');
  });
});
