/**
 * The recipe of a delta, found and checked: its bytes are those that the delta's manifest names, and what it lists adds up to
 * the digest that it states. Hostile input: any archive at all.
 */

import { type Digest, tryParseDigest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import type { Sha256 } from '../model/hashing.js';
import { deltaArtifactType, recipeType } from '../model/media-type.js';
import { parseRecipe, type Recipe, recipeLines } from '../model/results/delta/recipe.js';
import type { Work } from '../model/work/work.js';
import type { StoredContent } from '../pack/stored-content.js';
import type { PlacedScan } from '../scan/scan.js';

/** The recipe of the one delta that was scanned. Throws VarveError `document-invalid` where it is none, with the path. */
export function* readRecipe({ inventory }: PlacedScan, content: StoredContent, sha256: Sha256): Work<Recipe> {
  const [archive, ...others] = inventory.archives;
  const path = archive?.path ?? 'the delta';
  const refuse = (why: string): never => {
    throw new VarveError('document-invalid', `${path}: ${why}`);
  };
  if (archive?.status === 'unreadable') refuse(archive.findings[0]?.message ?? 'it cannot be read');
  if (archive === undefined || others.length > 0)
    refuse('a delta is one archive or layout; varve apply --from takes others');
  const manifests = (archive?.artifacts ?? []).filter(({ artifactType }) => artifactType === deltaArtifactType);
  const [manifest] = manifests;
  if (manifest === undefined) {
    const fault = archive?.findings.find(({ severity }) => severity === 'error');
    const kind = 'it is no delta: no manifest in it is of that type';
    return refuse(`${kind}; ${fault === undefined ? 'varve delta writes one' : `it is damaged: ${fault.message}`}`);
  }
  if (manifests.length > 1) refuse('it has several deltas, and nothing says which of them is meant');
  const digest = recipeDigest(content, manifest.digest);
  const bytes = digest === null ? null : documentBytes(content, digest);
  if (bytes === null || digest === null) return refuse('its recipe is not there, or not intact; get the delta again');
  const text = bytes.toString('utf8');
  if (sha256([text], 'utf8') !== digest) refuse('its recipe is not what its manifest names; get the delta again');
  yield;
  return yield* checkedRecipe(text, path, sha256);
}

function recipeDigest(content: StoredContent, manifest: Digest): Digest | null {
  const document = content.documentOf(manifest);
  const layers = document?.kind === 'manifest' ? (document.document.layers ?? []) : [];
  return tryParseDigest(layers.find(({ mediaType }) => mediaType === recipeType)?.digest);
}

function documentBytes(content: StoredContent, digest: Digest): Buffer | null {
  const sizeBytes = content.sizeOf(digest) ?? -1;
  return content.copiesOf(digest, sizeBytes).find(({ document }) => document !== null)?.document ?? null;
}

function* checkedRecipe(text: string, path: string, sha256: Sha256): Work<Recipe> {
  let recipe: Recipe;
  try {
    recipe = yield* parseRecipe(text);
  } catch (error) {
    if (!(error instanceof VarveError)) throw error;
    throw new VarveError('document-invalid', `${path}: ${error.message}`, { cause: error });
  }
  const found = sha256(recipeLines(recipe.files), 'utf8');
  if (found === recipe.filesDigest) return recipe;
  throw new VarveError(
    'document-invalid',
    `${path}: its recipe contradicts itself: the files in it come to ${found}, not ${recipe.filesDigest}`,
  );
}
