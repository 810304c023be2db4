/**
 * The forms that results have for programs and browsers: rows, lines, checks, a page. Each command says what its rows, lines and checks are; how
 * they are written stands in src/report, one module for each form, which is loaded only where that form is asked for.
 */
import type { CheckList } from '../report/checks.js';
import type { Block } from '../report/document.js';
import type { Context } from './command.js';
import type { CommandOptions } from './options.js';
import { programVersion } from './program-version.js';
import { renderResult } from './render.js';

/** A result in every form that its command has; only what the options ask for is called. */
export interface ResultForms {
  readonly document: unknown;
  readonly blocks: () => readonly Block[];
  /** What a page begins with; without it, the blocks up to the first gap. */
  readonly lead?: () => readonly Block[];
  /** One table, as CSV. */
  readonly csv: () => string;
  /** JSON objects, one a line, the one with the summary first. */
  readonly lines: () => readonly object[];
  /** What was checked: rules, or the findings of the inputs. */
  readonly checks: () => CheckList;
}

/** The result in the form that the options ask for. */
export async function renderForm(forms: ResultForms, options: CommandOptions, context: Context): Promise<string> {
  switch (options.format) {
    case 'csv':
      return forms.csv();
    case 'ndjson': {
      const { renderNdjson } = await import('../report/json.js');
      return renderNdjson(forms.lines());
    }
    case 'html': {
      const { renderPage } = await import('./page.js');
      return renderPage(forms, options);
    }
    case 'junit': {
      const { renderJunit } = await import('../report/junit.js');
      return renderJunit(forms.checks());
    }
    case 'sarif': {
      const { renderSarif } = await import('../report/sarif.js');
      const { textHasher } = await import('../hash-text.js');
      return renderSarif(forms.checks(), { version: programVersion(), sha256: textHasher() });
    }
    case 'github': {
      const { renderAnnotations } = await import('../report/annotations.js');
      return renderAnnotations(forms.checks(), options);
    }
    default:
      return renderResult(forms.document, forms.blocks, options, context);
  }
}
