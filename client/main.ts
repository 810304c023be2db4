/**
 * Where the script of a page begins: reads the JSON document that the page carries and fills the page by its kind. The
 * document was made by Varve; the names in it come from archives that nobody vouches for, and are only ever text.
 */
import type { Report } from '../src/model/results.js';
import type { Child } from './dom.js';
import { reportPage } from './report-page.js';
import { addTools } from './tools.js';

type PageDocument = Report;

const json = document.getElementById('document')?.textContent ?? 'null';
const content = JSON.parse(json) as PageDocument;

const page = document.getElementById('page');
for (const child of childrenOf(content)) if (child !== null) page?.append(child);
const tools = document.getElementById('tools');
if (tools !== null) addTools(tools, json, `${content.kind}.json`);

function childrenOf(shown: PageDocument): readonly Child[] {
  switch (shown.kind) {
    case 'varve.report':
      return reportPage(shown);
  }
}
