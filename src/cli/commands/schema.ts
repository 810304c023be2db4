/**
 * `varve schema`: the JSON Schemas of the documents that the other commands print, made from the same source as the
 * types of the program.
 */
import type { Command } from '../command.js';
import { suggestion, UsageError } from '../usage-error.js';

export const schemaCommand: Command = {
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
  defaults: { failOn: 'never', readBodies: false },
  async run(options, { io }) {
    const { jsonSchemaOf, documentKinds } = await import('../../model/json-schema.js');
    const { renderJson } = await import('../../report/json.js');
    const { checkOutput, deliver } = await import('../output.js');
    await checkOutput(options);
    const [written] = options.words;
    const kinds = [...documentKinds, policyKind] as const;
    if (written === undefined) {
      await deliver(kinds.map((kind) => `${kind}\n`).join(''), options, io);
      return ['done'];
    }
    const kind = kinds.find((candidate) => candidate === written || candidate === `varve.${written}`);
    if (kind === undefined) {
      const short = kinds.map((candidate) => candidate.slice('varve.'.length));
      const hint = suggestion(written, short) || `; there are ${short.join(', ')}`;
      throw new UsageError(`KIND names no document: ${JSON.stringify(written)}${hint}`);
    }
    await deliver(renderJson(kind === policyKind ? await policySchema() : jsonSchemaOf(kind)), options, io);
    return ['done'];
  },
};

/** What `varve check --policy` reads: the one document here that people write themselves. */
const policyKind = 'varve.policy';

async function policySchema(): Promise<object> {
  const { policyJsonSchema } = await import('../../model/policy.js');
  const { ruleShapes } = await import('../../analysis/policy/rules.js');
  return policyJsonSchema(ruleShapes);
}
