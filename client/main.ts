/**
 * Where the script of a page begins: reads the JSON document that the page carries and fills the page by its kind. The
 * document was made by Varve; the names in it come from archives that nobody vouches for, and are only ever text.
 */
import type { Plan } from '../src/model/plan-result.js';
import type { Report, Verification } from '../src/model/results.js';
import type { Check } from '../src/model/results-check.js';
import type { Diff } from '../src/model/results-diff.js';
import { parseDocument } from '../src/report/json.js';
import { checkPage } from './check-page.js';
import { diffPage } from './diff-page.js';
import type { Child } from './dom.js';
import { planPage } from './plan-page.js';
import { reportPage } from './report-page.js';
import { addTools } from './tools.js';
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
