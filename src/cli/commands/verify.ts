/**
 * `varve verify`: recomputes every digest and lists every fault. The one command of this group whose exit code is a
 * judgement by default.
 */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../model/error.js';
import type { Inventory } from '../../model/inventory.js';
import type { ArchiveCounts } from '../../report/verification-text.js';
import { type Command, inputs } from '../command.js';
import { type CommandOptions, scanOptions } from '../options.js';
import { UsageError } from '../usage-error.js';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'recompute every digest and list every fault',
  description:
    'Reads every byte and compares it with every claim: names, descriptors, sizes, diffIDs. Exit 1 if there is an error. ' +
    'Digests that fit prove consistency; only --expect tells whether it is the image that you know.',
  positional: inputs,
  formats: ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  options: ['format', 'output', 'fail-on', 'expect', 'expect-file', 'accept-recorded', 'verbose', ...scanOptions],
  examples: [
    ['varve verify images/', 'every archive and layout below a folder'],
    ['varve verify app.tar --expect app:1=sha256:9f86d0…', 'and it must be the image with that ID or manifest digest'],
    ['varve verify . --format json --fail-on warning -o result.json', 'for CI: strict, with a document to keep'],
    ['varve verify images/ --format junit -o varve.xml', 'a test report for Jenkins or GitLab'],
  ],
  defaults: { failOn: 'error', readBodies: true },
  async run(options, context) {
    const { survey, judge } = await import('../survey.js');
    const { expectImages } = await import('../../verify/expectations.js');
    const { verification } = await import('../../analysis/verification.js');
    const { verificationSummary, verificationText } = await import('../../report/verification-text.js');
    const { verificationChecks } = await import('../../report/verification-checks.js');
    const { verificationCsv, verificationLines } = await import('../../report/verification-records.js');
    const { viewOf } = await import('../render.js');
    const { deliverForm } = await import('../forms.js');
    const { tellSpeed } = await import('../progress.js');
    const expectations = await readExpectations(options);
    const startedMs = performance.now();
    const scanned = await survey(options, context.io, { inventories: true, listsSkipped: true });
    const elapsedMs = performance.now() - startedMs;
    const inventory = expectations.length === 0 ? scanned : expectImages(scanned, expectations);
    const result = verification(inventory);
    const view = { ...viewOf(options), pinned: expectations.length > 0 };
    const forms = {
      document: result,
      blocks: () => verificationText(result, countsOf(inventory), view),
      lead: () => verificationSummary(result, view),
      csv: () => verificationCsv(result),
      lines: () => verificationLines(result),
      checks: () => verificationChecks('verify', result, options.failOn),
    };
    await deliverForm(forms, options, context);
    await tellSpeed(result.summary.bytesHashed, elapsedMs, options, context.io);
    return judge(inventory, options.failOn);
  },
};

async function readExpectations({ expect, expectFile }: CommandOptions) {
  const { parseExpectation, parseExpectations } = await import('../../verify/expectations.js');
  return [
    ...expect.map((text) => named('--expect', () => parseExpectation(text))),
    ...(expectFile === null
      ? []
      : await readText(expectFile).then((text) => named('--expect-file', () => parseExpectations(text, expectFile)))),
  ];
}

/** The same value; what is wrong with it is told with the option that it came by. */
function named<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UsageError(`${option}: ${messageOf(cause)}`, { cause });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`--expect-file ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function countsOf({ archives }: Inventory): ArchiveCounts[] {
  return archives.map(({ images, entries, status }) => ({
    images: images.length,
    // What an inventory records was not hashed now.
    blobs: status === 'recorded' ? 0 : entries.filter(({ digest }) => digest !== null).length,
  }));
}
