/** All rules that a policy can have: the one table that policies, the check, the help and docs/policy.md go by. */
import type { RuleShape } from '../../../model/results/policy.js';
import { referencePattern } from '../value-kinds.js';
import { baselineRules } from './baseline-rules.js';
import { contentRules } from './content-rules.js';
import { integrityRules } from './integrity-rules.js';
import { layerRules } from './layer-rules.js';
import { nameRules } from './name-rules.js';
import type { PolicyRule } from './rule.js';
import { sizeRules } from './size-rules.js';
import { spaceRules } from './space-rules.js';

/** The rules by family, with the heading of each. */
export const ruleFamilies: Readonly<Record<string, readonly PolicyRule[]>> = {
  Integrity: integrityRules,
  Space: spaceRules,
  Sizes: sizeRules,
  Content: contentRules,
  Names: nameRules,
  Layers: layerRules,
  'Against a baseline': baselineRules,
};

/** Every rule, in the order of the documentation. */
export const policyRules: readonly PolicyRule[] = Object.values(ruleFamilies).flat();

/** What the schema of a policy file is made of. */
export const ruleShapes: readonly RuleShape[] = policyRules.map(({ name, meaning, kind, fallback, scope }) => ({
  name,
  meaning,
  shape: kind.shape,
  optional: fallback !== null,
  texts: kind.texts ?? {},
  images: scope === 'images' ? referencePattern : null,
}));

/** The rule of that name; null where there is none. */
export function ruleNamed(name: string): PolicyRule | null {
  return policyRules.find((rule) => rule.name === name) ?? null;
}

/** `max-total=SIZE`, `forbidden-tags[=PATTERN,..]`, `intact` */
export function formOf({ name, kind, fallback }: PolicyRule): string {
  if (kind.form === '') return name;
  return fallback === null ? `${name}=${kind.form}` : `${name}[=${kind.form}]`;
}
