/**
 * What the lock of a store asks of the process: its number, and whether another one runs. The one file beside src/cli that may
 * use `process`: a caller of the library who said it wrong would break the lock of a writer that is alive.
 */
import process from 'node:process';
import type { OwnProcess } from '../lock-owner.js';

export const ownProcess: OwnProcess = {
  pid: process.pid,
  isRunning: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // One that may not be told anything is there.
      return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
    }
  },
};
