/** A pack in one form alone: an OCI image layout, or a docker save archive. Pure. */
import type { PackPlan, PlannedFile } from './pack-plan.js';

/** The documents of an OCI image layout, those of a docker save archive, or both. */
export type PackForm = 'both' | 'oci' | 'docker';

const layoutNames: ReadonlySet<string> = new Set(['oci-layout', 'index.json']);
const saveNames: ReadonlySet<string> = new Set(['manifest.json', 'repositories']);

/** The plan of that form of a pack. */
export function planOfForm(plan: PackPlan, form: PackForm): PackPlan {
  if (form === 'both') return plan;
  const files = plan.files.filter(isPartOf(plan.files, form));
  const copied = files.filter((file) => 'copies' in file);
  return {
    ...plan,
    files,
    blobs: files.filter(({ name }) => name.startsWith('blobs/')).length,
    copiedBytes: copied.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** Docker's loaders need the documents of their own, configs and layers, and no manifests. */
function isPartOf(files: readonly PlannedFile[], form: PackForm): (file: PlannedFile) => boolean {
  if (form === 'oci') return ({ name }) => !saveNames.has(name);
  const manifest = files.find(({ name }) => name === 'manifest.json');
  const text = manifest !== undefined && 'text' in manifest ? manifest.text : '[]';
  const records = JSON.parse(text) as readonly { readonly Config: string; readonly Layers: readonly string[] }[];
  const needed = new Set(records.flatMap(({ Config, Layers }) => [Config, ...Layers]));
  return ({ name }) => !layoutNames.has(name) && (saveNames.has(name) || needed.has(name));
}
