/**
 * `varve report`: everything about a set of archives in one answer: is it intact, what is stored twice, what can go.
 */
import { command, inputs } from '../../line/command.js';
import { scanOptions } from '../../line/options.js';

export const reportCommand = command({
  name: 'report',
  summary: 'what is in the archives, what is damaged, stored twice or can go',
  description:
    'Reads every byte, checks every digest and says for the whole set where the bytes are and which of them can go.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: ['filter', 'now', 'format', 'output', 'verify', 'no-verify', 'fail-on', 'verbose', ...scanOptions],
  examples: [
    ['varve report images/', 'all archives and layouts below a folder'],
    ['varve report a.tar b.tar --format wide', 'two archives, with full digests'],
    ['varve report registry://registry.example images/', 'a registry, no layer fetched, and what of it is here'],
    ['varve report . --format markdown -o report.md', 'a page for a pull request'],
    ['varve report . --format html -o report.html', 'a page with pictures, for a browser; it needs no network'],
  ],
  load: () => import('./run/report.js'),
});
