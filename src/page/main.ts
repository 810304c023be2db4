/**
 * Where the script of a page begins: reads the JSON document that the page carries and fills the page by its kind. The
 * document was made by Varve; the names in it come from archives that nobody vouches for, and are only ever text.
 */

import type { Check } from '../model/results/check.js';
import type { Diff } from '../model/results/diff.js';
import type { Plan } from '../model/results/plan.js';
import type { Report, Verification } from '../model/results/results.js';
import { parseDocument } from '../report/forms/json.js';
import { checkPage } from './check-page.js';
import { diffPage } from './diff-page.js';
import type { Child } from './parts/dom.js';
import { addTools } from './parts/tools.js';
import { planPage } from './plan-page.js';
import { reportPage } from './report-page.js';
import { verificationPage } from './verification-page.js';

type PageDocument = Check | Diff | Plan | Report | Verification;

const json = document.getElementById('document')?.textContent ?? 'null';
const content = parseDocument(json) as PageDocument;

const page = document.getElementById('page');
for (const child of childrenOf(content)) if (child !== null) page?.append(child);
const tools = document.getElementById('tools');
if (tools !== null) addTools(tools, json, `${content.kind}.json`);

function childrenOf(shown: PageDocument): readonly Child[] {
  switch (shown.kind) {
    case 'varve.check':
      return checkPage(shown);
    case 'varve.diff':
      return diffPage(shown);
    case 'varve.plan':
      return planPage(shown);
    case 'varve.report':
      return reportPage(shown);
    case 'varve.verification':
      return verificationPage(shown);
  }
}
