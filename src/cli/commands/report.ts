/**
 * `varve report`: everything about a set of archives in one answer: is it intact, what is stored twice, what can go.
 */
import { type Command, inputs } from '../command.js';
import { scanOptions } from '../options.js';

export const reportCommand: Command = {
  name: 'report',
  summary: 'what is in the archives, what is damaged, stored twice or can go',
  description:
    'Reads every byte, checks every digest and says for the whole set where the bytes are and which of them can go.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'markdown'],
  options: ['format', 'output', 'no-verify', 'fail-on', 'verbose', ...scanOptions],
  examples: [
    ['varve report images/', 'all archives and layouts below a folder'],
    ['varve report a.tar b.tar --format wide', 'two archives, with full digests'],
    ['varve report . --format markdown -o report.md', 'a page for a pull request'],
  ],
  defaults: { failOn: 'never', readBodies: true },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { report } = await import('../../analysis/report.js');
    const { reportText } = await import('../../report/report-text.js');
    const { renderResult, viewOf } = await import('../render.js');
    const { deliver } = await import('../output.js');
    const { tellUnknownSizes } = await import('../unknown-sizes.js');
    const inventory = await survey(options, context.io, { inventories: true, listsSkipped: true });
    const result = report(inventory);
    await deliver(
      renderResult(result, () => reportText(result, viewOf(options)), options, context),
      options,
      context.io,
    );
    if (!result.summary.verified) await tellUnknownSizes(result.layers, options, context.io);
    return judge(inventory, options.failOn);
  },
};
