/**
 * Loaded before a command (`node --import`): as it ends, the milliseconds of processor time that its main thread took go to
 * descriptor 3. Linux counts them for each thread (proc(5), `schedstat`).
 */
import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    writeSync(3, `${Number(nanoseconds) / 1e6}`);
  });
}
