/** The Piscina entry point for whole archives: small ones in, their records out. All work is `src/scan/jobs/archive-job.ts`. */
import { createArchiveThread } from '../src/scan/jobs/archive-job.js';

// Nobody else waits for this thread.
export default createArchiveThread(() => undefined);
