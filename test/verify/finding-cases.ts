/**
 * One archive or more for each finding code, with the finding that must come of it. The table is what the test of the
 * registry and the test of the documents are held to: a code without a case fails, and so does a case without a code.
 */
import { claimCases } from './claim-cases.js';
import type { FindingCase } from './finding-case.js';
import { hintCases } from './hint-cases.js';
import { inputCases } from './input-cases.js';
import { warningCases } from './warning-cases.js';

export const findingCases: readonly FindingCase[] = [...inputCases, ...claimCases, ...warningCases, ...hintCases];
