/** The script of a plan, whatever the plan says. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan-result.js';
import { planScript } from '../../src/report/plan-script.js';
import { samplePlan } from './sample-diffs.js';

function scriptOf(id: string): string[] {
  const [image] = samplePlan.images;
  const images: Plan['images'] = image === undefined ? [] : [{ ...image, id, references: [], contested: [] }];
  const archives = samplePlan.archives.map((archive) => ({ ...archive, removed: [id], format: 'docker-archive' }));
  return planScript({ ...samplePlan, images, archives, untagged: [] })
    .trimEnd()
    .split('\n');
}

describe('a script', () => {
  it.each([
    ["a'; rm -rf ~ #", "docker image rm 'a'\\''; rm -rf ~ #'"],
    ['$(touch x)`y`', "docker image rm '$(touch x)`y`'"],
    ['sha256:00', 'docker image rm sha256:00'],
  ])('quotes what a shell would obey: %s', (id, command) => {
    expect(scriptOf(id).filter((line) => !line.startsWith('#'))).toEqual([command]);
  });

  it('has no command, and no line of its own, for what a terminal would obey', () => {
    const lines = scriptOf('x\u001b[31m\nrm -rf ~');
    expect(lines.filter((line) => !line.startsWith('#'))).toEqual([]);
    expect(lines.join('\n')).toContain('# not written as a command');
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});
