/**
 * A file that an option names: its text or its document, or a usage error that says which option and why. What parses a
 * document is large and few runs have one, so it is loaded where one is named.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Policy } from '../../analysis/policy/policy.js';
import { messageOf, VarveError } from '../../model/error.js';
import { limits } from '../../model/limits.js';
import type { Inventory } from '../../model/results/inventory.js';
import type { Plan } from '../../model/results/plan.js';
import { UsageError } from './usage-error.js';

/** The policy in the file of `--policy`. Throws VarveError `usage`. */
export async function readPolicyFile(path: string): Promise<Policy> {
  const text = readNamedFile('--policy', path, limits.policyBytes);
  const { parsePolicy } = await import('../../analysis/policy/policy-file.js');
  return parsePolicy(text, path);
}

/** The inventory in the file of `--baseline`. Throws UsageError. */
export async function readBaselineFile(path: string): Promise<Inventory> {
  const { parseInventory } = await import('../../scan/read-inventory.js');
  return readNamedDocument('--baseline', path, parseInventory);
}

/** What varve plan printed into the file of `--plan`. Throws UsageError. */
export async function readPlanFile(path: string): Promise<Plan> {
  const { parsePlan } = await import('../../library/read-plan.js');
  return readNamedDocument('--plan', path, parsePlan);
}

/** The text of a file of at most so many bytes; null for any number. Throws UsageError. */
function readNamedFile(option: string, path: string, maxBytes: number | null): string {
  let sizeBytes: number;
  try {
    sizeBytes = statSync(path).size;
    if (maxBytes === null || sizeBytes <= maxBytes) return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${option} ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  throw new UsageError(`${option} ${path} has ${sizeBytes} bytes, more than the ${maxBytes} that one may have`);
}

/** The document in a file that an option names. Throws UsageError, also for what the parser refuses. */
function readNamedDocument<Document>(option: string, path: string, parse: (text: string) => Document): Document {
  const text = readNamedFile(option, path, null);
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof VarveError)) throw cause;
    throw new UsageError(`${option} ${path}: ${cause.message}`, { cause });
  }
}
