/** An example of docs/library.md, word for word: progress, an end to patience, a cache, a limit, and every error code. */
import { scan, VarveError } from 'varve';

try {
  const inventory = await scan(['samples'], {
    workers: 2,
    exclude: ['*.md'],
    limits: { entries: 1_000_000 },
    signal: AbortSignal.timeout(60_000),
    onProgress: ({ doneBytes, totalBytes, path }) => console.error(`${doneBytes} of ${totalBytes}: ${path}`),
  });
  const faulty = inventory.archives.filter(({ status }) => status !== 'ok');
  for (const { path, status, findings } of faulty) {
    console.log(path, status, findings.find(({ severity }) => severity === 'error')?.code);
  }
} catch (error) {
  if (!(error instanceof VarveError)) throw error;
  // For `interrupted`, the cause is the reason of the signal: here a DOMException named TimeoutError.
  console.error(error.code, error.message, error.cause);
}
