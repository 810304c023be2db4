/**
 * What each finding code says beyond its meaning: how it comes about, and what to do. `varve explain` prints it and
 * docs/findings.md has it word for word. The texts are Markdown as that page has it: code between backticks, links from
 * docs/. Nothing but an explanation needs them, so that they lie apart from the registry; a code without one does not
 * compile.
 */

import type { FindingCode } from '../../model/finding.js';
import { errorAdvice } from './advice-errors.js';
import { hintAdvice } from './advice-hints.js';
import { warningAdvice } from './advice-warnings.js';

export interface Advice {
  /** Goes on after *Raised when*. */
  readonly raised: string;
  /** Goes on after *What to do:*. */
  readonly advice: string;
}

export const findingAdvice: Readonly<Record<FindingCode, Advice>> = {
  ...errorAdvice,
  ...warningAdvice,
  ...hintAdvice,
};
