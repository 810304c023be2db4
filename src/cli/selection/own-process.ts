/** What the lock of a store asks of the process: its number, and whether another one runs. */
import type { OwnProcess } from '../../store/lock-owner.js';

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
