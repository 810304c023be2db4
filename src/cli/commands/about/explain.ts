/**
 * `varve explain`: what a finding, a word or a rule means, and what to do. It reads no archive; docs/findings.md and
 * docs/words.md have the same texts.
 */
import { command } from '../../line/command.js';

export const explainCommand = command({
  name: 'explain',
  summary: 'what a finding or a word means, and what to do',
  description:
    'Tells what the code of a finding, a word of a result or a rule of a policy means, how it comes about and what to do. ' +
    'Without NAME, lists all that can be explained.',
  positional: {
    name: 'NAME',
    many: true,
    describe: 'code of a finding (digest-mismatch), word (twin, image ID), or rule of varve check (max-growth)',
  },
  formats: ['table', 'json'],
  options: ['format', 'output', 'no-color'],
  examples: [
    ['varve explain digest-mismatch', 'what a finding means, and what to do'],
    ['varve explain superseded', 'a word of the reports'],
    ['varve explain', 'all that can be explained'],
  ],
  load: () => import('./run/explain.js'),
});
