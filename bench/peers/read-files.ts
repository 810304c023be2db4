/**
 * A plain read of files from start to end into one buffer that is used again: what reading alone costs. Prints
 * `bytes milliseconds`, without the start of Node.
 *
 *   node dist/bench/peers/read-files.js FILE..
 */
import { closeSync, openSync, readSync } from 'node:fs';
import process from 'node:process';

const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
let bytes = 0;
const started = performance.now();
for (const path of process.argv.slice(2)) {
  const file = openSync(path, 'r');
  for (let read = -1; read !== 0; ) {
    read = readSync(file, buffer, 0, buffer.length, null);
    bytes += read;
  }
  closeSync(file);
}
console.log(`${bytes} ${performance.now() - started}`);
