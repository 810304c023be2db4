/**
 * `varve schema`: the JSON Schemas of the documents that the other commands print, made from the same source as the
 * types of the program.
 */
import { command } from '../../line/command.js';

export const schemaCommand = command({
  name: 'schema',
  summary: 'the JSON Schema of a document, or the list of documents',
  description: 'Without KIND, lists the kinds of documents. With one, prints its JSON Schema (draft 2020-12).',
  positional: {
    name: 'KIND',
    many: false,
    describe: 'kind of a document, as its field kind has it; varve. may be left out',
  },
  formats: ['json'],
  options: ['output', 'no-color'],
  examples: [
    ['varve schema', 'the kinds'],
    ['varve schema report', 'the schema of what varve report --format json prints'],
    ['varve schema policy -o policy.schema.json', 'the schema of a policy file, for an editor'],
    ['varve schema varve.inventory -o inventory.schema.json', 'the schema of what varve scan writes'],
  ],
  load: () => import('./run/schema.js'),
});
