/** What the pages of plan and diff begin with: the verdict, before the names of what was compared. */
import { describe, expect, it } from 'vitest';
import { diffLead } from '../../src/report/diff/diff-text.js';
import { renderText as renderTextPieces } from '../../src/report/forms/terminal.js';
import { planLead } from '../../src/report/plan/plan-text.js';
import { diffOf } from '../helpers/diff-inputs.js';
import { inventoryOf } from '../helpers/inventory-builder.js';
import { whole } from '../helpers/whole.js';
import { imageDiff, plannedDiff, samplePlan, setDiff } from './sample-diffs.js';

const renderText = whole(renderTextPieces);

const view = { wide: false, verbose: false };
const linesOf = (blocks: Parameters<typeof renderText>[0]) =>
  renderText(blocks, { width: null, color: false }).split('\n');

describe('the lead of a plan', () => {
  const blocks = planLead(samplePlan);

  it('begins with what is freed', () => {
    expect(linesOf(blocks)[0]).toMatch(/freed/);
  });

  it('ends with what to do, as a list', () => {
    const at = blocks.findIndex((block) => block.kind === 'heading' && block.text === 'What to do');
    const steps = blocks.slice(at + 1);
    expect(at).toBeGreaterThan(0);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter(({ kind }) => kind !== 'item')).toEqual([]);
  });
});

describe('the lead of a diff', () => {
  it('begins with what happened, without the names of both sides', () => {
    expect(linesOf(diffLead(setDiff, view))[0]).toMatch(/^1 archive new, 2 gone, /);
  });

  it('begins with whether the plan came true, where there is one', () => {
    const [verdict = '', next = ''] = linesOf(diffLead(plannedDiff, view));
    expect(verdict).toMatch(/^The plan (came true|did not come true): /);
    expect(next).not.toMatch(/→.*:/);
  });

  it('says in front that nothing differs', () => {
    const same = diffOf(inventoryOf([]), inventoryOf([]));
    expect(linesOf(diffLead(same, view))[0]).toBe('Nothing differs (0 archives, 0 images, 0B → 0B).');
  });

  it('begins with what two images have in common, and names them after that', () => {
    const lines = linesOf(diffLead(imageDiff, view));
    expect(lines[0]).toMatch(/^2MB → 2MB \(the same size\): 1 layer in common/);
    expect(lines.slice(1).some((text) => text.startsWith('app:1 ('))).toBe(true);
  });
});
