/**
 * The document of `varve plan` as an input: what was predicted, to be held against what came true. Hostile input: any text;
 * a document of another kind or a newer version is told from one that is broken.
 */
import { VarveError } from '../model/error.js';
import { firstFault, parseJsonText } from '../model/results/document-text.js';
import { type Plan, planSchema } from '../model/results/plan.js';

/** Parses the text of a plan. Throws VarveError `document-invalid` with the place of the first fault. */
export function parsePlan(text: string): Plan {
  const json = parseJsonText(text, (reason) => `not a plan: ${reason}; ${makesOne}`);
  const { kind, schemaVersion } = headOf(json);
  if (kind !== 'varve.plan') {
    const found = typeof kind === 'string' ? `a document of the kind ${JSON.stringify(kind)}` : 'another document';
    throw new VarveError('document-invalid', `not a plan, but ${found}; ${makesOne}`);
  }
  if (schemaVersion !== 1) {
    const version = JSON.stringify(schemaVersion) ?? 'none';
    throw new VarveError('document-invalid', `a plan of version ${version}; this program reads version 1`);
  }
  const result = planSchema.safeParse(json);
  if (result.success) return result.data;
  throw new VarveError('document-invalid', `not a plan of version 1: ${firstFault(result.error)}`);
}

const makesOne = 'varve plan --format json writes one';

function headOf(json: unknown): { readonly kind?: unknown; readonly schemaVersion?: unknown } {
  return typeof json === 'object' && json !== null ? json : {};
}
