/** The verdict of `varve verify`, also on what `--expect` says must be there. */
import { readFile } from 'node:fs/promises';
import { makeVerification } from '../../../../analysis/faults/verification.js';
import { messageOf } from '../../../../model/error.js';
import type { Inventory } from '../../../../model/results/inventory.js';
import { verificationChecks } from '../../../../report/verification/verification-checks.js';
import { verificationCsv, verificationLines } from '../../../../report/verification/verification-records.js';
import {
  type ArchiveCounts,
  verificationSummary,
  verificationText,
} from '../../../../report/verification/verification-text.js';
import { inTurns } from '../../../../sources/steps.js';
import { expectImages, parseExpectation, parseExpectations } from '../../../../verify/expectations.js';
import type { Outcome } from '../../../exit-codes.js';
import type { Context } from '../../../line/command.js';
import type { ScanOption } from '../../../line/options.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { UsageError } from '../../../line/usage-error.js';
import { deliverForm } from '../../../output/forms.js';
import { tellSpeed } from '../../../output/progress.js';
import { viewOf } from '../../../output/render.js';
import { judge, survey } from '../../../survey.js';

type Options = CommandOptions<
  'format' | 'output' | 'fail-on' | 'expect' | 'expect-file' | 'accept-recorded' | 'verbose' | ScanOption
>;

export async function run(options: Options, context: Context): Promise<readonly Outcome[]> {
  const expectations = await readExpectations(options);
  const startedMs = performance.now();
  const scanned = await survey({ ...options, readBodies: true, fetchBodies: true }, context.io, {
    inventories: true,
    listsSkipped: true,
  });
  const elapsedMs = performance.now() - startedMs;
  const inventory = expectations.length === 0 ? scanned : expectImages(scanned, expectations);
  const result = await inTurns(makeVerification(inventory), context.io.signal);
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
}

async function readExpectations({ expect, expectFile }: Options) {
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
