/**
 * The library: scan inputs into an inventory, then ask it. Everything that the command line does is done with these.
 */
import { reportOf } from './analysis/bytes/report.js';
import { verification } from './analysis/faults/verification.js';
import type { Report, Verification } from './model/results/results.js';
import { scan } from './scan/scan.js';
import type { ScanOptions } from './scan/settings.js';

export { diskUsage } from './analysis/bytes/disk-usage.js';
export type { ImageDetails } from './analysis/images/image-details.js';
export { type CheckOptions, check } from './analysis/policy/check.js';
export { defaultPolicy, type Policy, parseRules } from './analysis/policy/policy.js';
export { parsePolicy } from './analysis/policy/policy-file.js';
export type { FileClass } from './analysis/removal/file-deletions.js';
export type { CopyClass } from './analysis/removal/freed-copies.js';
export { layerList } from './analysis/set/layers.js';
export { type ApplyOptions, apply } from './delta/apply.js';
export { type DeltaOptions, delta } from './delta/delta.js';
export { diff, history, inspect, tree } from './library/look.js';
export { openRegistries, type Registries, type RegistryOptions } from './library/open-registries.js';
export { type PlanOptions, plan } from './library/plan-inventory.js';
export { parsePlan } from './library/read-plan.js';
export {
  type BlobProgress,
  type PullOptions,
  pullImages,
  pushImages,
  type TransferOptions,
} from './library/store/carry-images.js';
export { type LoadOptions, loadImages, type SaveOptions, saveImages, tagImage } from './library/store/change-images.js';
export { fsck, repairStore, type StoreRepairOptions } from './library/store/check-images.js';
export { type ImageStore, openStore, type StoreOptions, type StoreRunOptions } from './library/store/image-store.js';
export {
  type PruneOptions,
  pruneStore,
  type RemovalOptions,
  type RemoveOptions,
  removeImages,
} from './library/store/remove-images.js';
export { type Digest, parseDigest } from './model/digest.js';
export { VarveError, type VarveErrorCode } from './model/error.js';
export { type FileList, type FileListRefusal, filesOf, type LayerFile } from './model/file-list.js';
export { type Finding, type FindingCode, findingCodes, type NotChecked, type Severity } from './model/finding.js';
export { type Instant, parseInstant } from './model/instants.js';
export { limits, type ScanLimitName, type ScanLimits } from './model/limits.js';
export { type Platform, parsePlatform } from './model/platform.js';
export { familiarReference, formatReference, parseReference, type Reference } from './model/reference.js';
export type { Check } from './model/results/check.js';
export type { Apply, Delta } from './model/results/delta/delta.js';
export type { Diff } from './model/results/diff.js';
export type {
  ArchiveFormat,
  ArchiveRecord,
  ArtifactRecord,
  EntryRecord,
  ImageRecord,
  Inventory,
  LayerRecord,
} from './model/results/inventory.js';
export type { Pack } from './model/results/pack.js';
export type { Plan } from './model/results/plan.js';
export type { Pull } from './model/results/registry/pull.js';
export type { Push } from './model/results/registry/push.js';
export type { Repair } from './model/results/repair/repair.js';
export type { DiskUsage, History, ImageTree, LayerList, Report, Verification } from './model/results/results.js';
export type { Loaded } from './model/results/store/changes.js';
export type { StoreRemoval } from './model/results/store/removal.js';
export type { StoreCheck } from './model/results/store/store-check.js';
export { type PackOptions, pack } from './pack/pack.js';
export { type RepairOptions, repair } from './repair/repair.js';
export type { LayerContents } from './scan/layer-contents.js';
export { parseInventory } from './scan/read-inventory.js';
export { type Scan, scan, scanContents } from './scan/scan.js';
export type { CacheOptions, Progress, ScanOptions } from './scan/settings.js';
export { type Expectation, expectImages, parseExpectation } from './verify/expectations.js';

/** Recomputes every digest of the inputs and lists every fault. Throws as `scan` does. */
export async function verify(inputs: readonly string[], options: ScanOptions = {}): Promise<Verification> {
  return verification(await scan(inputs, { ...options, verify: true, verifyRemote: true }));
}

/** Scans, verifies and accounts for every byte of the inputs. Throws as `scan` does. */
export async function report(inputs: readonly string[], options: ScanOptions = {}): Promise<Report> {
  return reportOf(await scan(inputs, options));
}
