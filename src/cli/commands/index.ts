/** The commands, in the order of the help text. */
import type { Command } from '../command.js';
import { dfCommand } from './df.js';
import { layersCommand } from './layers.js';
import { reportCommand } from './report.js';
import { scanCommand } from './scan.js';
import { schemaCommand } from './schema.js';
import { verifyCommand } from './verify.js';

export const commands: readonly Command[] = [
  reportCommand,
  verifyCommand,
  layersCommand,
  dfCommand,
  scanCommand,
  schemaCommand,
];
