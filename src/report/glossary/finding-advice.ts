/**
 * What each finding code says beyond its meaning: how it comes about, and what to do. `varve explain` prints it and
 * docs/findings.md has it word for word. The texts are Markdown as that page has it: code between backticks, links from
 * docs/. Nothing but an explanation needs them, so that they lie apart from the registry; a code without one does not
 * compile.
 */

import type { FindingCode } from '../../model/finding.js';
import type { Advice } from './advice.js';
import { errorAdvice } from './advice-errors.js';
import { hintAdvice } from './advice-hints.js';
import { warningAdvice } from './advice-warnings.js';

export const findingAdvice: Readonly<Record<FindingCode, Advice>> = {
  ...errorAdvice,
  ...warningAdvice,
  ...hintAdvice,
};
