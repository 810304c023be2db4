/** The commands, in the order of the help text. */
import type { Command } from '../command.js';
import { benchCommand } from './bench.js';
import { checkCommand } from './check.js';
import { completionCommand } from './completion.js';
import { dfCommand } from './df.js';
import { diffCommand } from './diff.js';
import { explainCommand } from './explain.js';
import { historyCommand } from './history.js';
import { inspectCommand } from './inspect.js';
import { layersCommand } from './layers.js';
import { lsCommand } from './ls.js';
import { planCommand } from './plan.js';
import { reportCommand } from './report.js';
import { scanCommand } from './scan.js';
import { schemaCommand } from './schema.js';
import { searchCommand } from './search.js';
import { treeCommand } from './tree.js';
import { verifyCommand } from './verify.js';

export const commands: readonly Command[] = [
  reportCommand,
  verifyCommand,
  checkCommand,
  lsCommand,
  inspectCommand,
  historyCommand,
  treeCommand,
  searchCommand,
  layersCommand,
  dfCommand,
  planCommand,
  diffCommand,
  scanCommand,
  benchCommand,
  explainCommand,
  schemaCommand,
  completionCommand,
];
