/**
 * The JSON Schemas (draft 2020-12) of the documents that Varve prints, made from the zod schemas that its types come from,
 * so that they cannot drift apart. `varve schema KIND` prints them.
 */
import * as z from 'zod';
import { benchSchema } from './bench.js';
import { checkSchema } from './check.js';
import { applySchema, deltaSchema } from './delta/delta.js';
import { recipeSchema } from './delta/recipe.js';
import { diffSchema } from './diff.js';
import { explanationSchema } from './explanation.js';
import { inventorySchema } from './inventory.js';
import { digestMapSchema, packSchema } from './pack.js';
import { partsSchema } from './parts.js';
import { planSchema } from './plan.js';
import { pullSchema } from './registry/pull.js';
import { pushSchema } from './registry/push.js';
import { repairSchema } from './repair/repair.js';
import {
  diskUsageSchema,
  historySchema,
  imageListSchema,
  imageSearchSchema,
  imageTreeSchema,
  layerListSchema,
  reportSchema,
  verificationSchema,
} from './results.js';
import { loadedSchema } from './store/changes.js';
import { infoSchema } from './store/info.js';
import { storeRemovalSchema } from './store/removal.js';
import { storeCheckSchema } from './store/store-check.js';

const schemas = {
  'varve.inventory': inventorySchema,
  'varve.report': reportSchema,
  'varve.verification': verificationSchema,
  'varve.check': checkSchema,
  'varve.images': imageListSchema,
  'varve.history': historySchema,
  'varve.tree': imageTreeSchema,
  'varve.search': imageSearchSchema,
  'varve.layers': layerListSchema,
  'varve.df': diskUsageSchema,
  'varve.plan': planSchema,
  'varve.pack': packSchema,
  'varve.parts': partsSchema,
  'varve.delta': deltaSchema,
  'varve.apply': applySchema,
  'varve.digest-map': digestMapSchema,
  'varve.load': loadedSchema,
  'varve.removal': storeRemovalSchema,
  'varve.fsck': storeCheckSchema,
  'varve.pull': pullSchema,
  'varve.push': pushSchema,
  'varve.repair': repairSchema,
  'varve.info': infoSchema,
  'varve.bench': benchSchema,
  'varve.diff': diffSchema,
  'varve.explanation': explanationSchema,
} as const;

/** Of documents that lie inside what is written, and that no command prints. */
const innerSchemas = { 'varve.recipe': recipeSchema } as const;

/** What the field `kind` of a document can say. */
export type DocumentKind = keyof typeof schemas;

export const documentKinds = Object.keys(schemas) as readonly DocumentKind[];

export type InnerKind = keyof typeof innerSchemas;

export const innerKinds = Object.keys(innerSchemas) as readonly InnerKind[];

/** The JSON Schema of that kind of document. Fields that it does not name are allowed: later versions may add some. */
export function jsonSchemaOf(kind: DocumentKind | InnerKind): object {
  const schema = z.toJSONSchema({ ...schemas, ...innerSchemas }[kind], {
    target: 'draft-2020-12',
    // Reading side: a document with more fields than this version knows is still valid.
    io: 'input',
    // Custom checks (digests) carry their JSON type in their metadata.
    unrepresentable: 'any',
  });
  const { $schema, ...rest } = schema;
  return { $schema, title: kind, ...rest };
}
