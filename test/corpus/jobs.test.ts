/** What a thread makes of a whole archive by itself is what a scan makes of it, for every small file of the corpus and the cases. */
import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limitsWith } from '../../src/model/limits.js';
import { createControl } from '../../src/observe/control.js';
import { createArchiveThread, smallArchiveBytes } from '../../src/scan/jobs/archive-job.js';
import { scan } from '../../src/scan/scan.js';
import type { DoneArchive } from '../../src/scan/source-in-progress.js';
import { caseFiles, casePath } from './cases.js';
import { corpusItems } from './truth.js';

const files = [...corpusItems().map(({ path }) => path), ...caseFiles.map(casePath)].filter(
  (path) => statSync(path).isFile() && statSync(path).size <= smallArchiveBytes,
);
const run = createArchiveThread(() => undefined);

it.each(files)('a job of %s gives the record of a scan, or none', async (path) => {
  const { archives } = await scan([path], { workers: 0 });
  const [first] = archives;
  if (first?.compression !== 'none') return;
  const small = [{ path, location: { kind: 'file', path } as const }];
  const text = await run({ archives: small, engine: 'node', limits: limitsWith({}), control: createControl() });
  const [done] = JSON.parse(text) as (DoneArchive | null)[];
  if (done != null) expect([done.record]).toEqual(JSON.parse(JSON.stringify(archives)));
  else expect(archives.length > 1 || archives.some(({ status }) => status !== 'ok')).toBe(true);
});
