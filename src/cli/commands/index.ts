/** The commands, in the order of the help text. */
import type { Command } from '../line/command.js';
import { benchCommand } from './about/bench.js';
import { completionCommand } from './about/completion.js';
import { explainCommand } from './about/explain.js';
import { infoCommand } from './about/info.js';
import { schemaCommand } from './about/schema.js';
import { checkCommand } from './judge/check.js';
import { diffCommand } from './judge/diff.js';
import { planCommand } from './judge/plan.js';
import { reportCommand } from './judge/report.js';
import { scanCommand } from './judge/scan.js';
import { verifyCommand } from './judge/verify.js';
import { dfCommand } from './look/df.js';
import { historyCommand } from './look/history.js';
import { inspectCommand } from './look/inspect.js';
import { layersCommand } from './look/layers.js';
import { lsCommand } from './look/ls.js';
import { searchCommand } from './look/search.js';
import { treeCommand } from './look/tree.js';
import { loginCommand } from './registry/login.js';
import { logoutCommand } from './registry/logout.js';
import { pullCommand } from './registry/pull.js';
import { pushCommand } from './registry/push.js';
import { fsckCommand } from './store/fsck.js';
import { loadCommand } from './store/load.js';
import { pruneCommand } from './store/prune.js';
import { rmCommand } from './store/rm.js';
import { saveCommand } from './store/save.js';
import { tagCommand } from './store/tag.js';
import { applyCommand } from './write/apply.js';
import { deltaCommand } from './write/delta.js';
import { packCommand } from './write/pack.js';
import { repairCommand } from './write/repair.js';

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
  packCommand,
  deltaCommand,
  applyCommand,
  pullCommand,
  pushCommand,
  loginCommand,
  logoutCommand,
  loadCommand,
  saveCommand,
  tagCommand,
  rmCommand,
  pruneCommand,
  fsckCommand,
  repairCommand,
  scanCommand,
  infoCommand,
  benchCommand,
  explainCommand,
  schemaCommand,
  completionCommand,
];
