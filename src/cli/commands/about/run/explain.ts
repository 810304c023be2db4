/** The answers of `varve explain`. */
import type { ExplanationList } from '../../../../model/results/explanation.js';
import { jsonText } from '../../../../report/forms/json.js';
import type { Outcome } from '../../../exit-codes.js';
import { explained, explanationListText, explanationText } from '../../../help/explanation-text.js';
import { explanations } from '../../../help/explanations.js';
import type { Context } from '../../../line/command.js';
import type { CommandOptions } from '../../../line/read-options.js';
import { checkOutput, deliver } from '../../../output/output.js';

type Options = CommandOptions<'format' | 'output' | 'no-color'>;

export async function run(options: Options, { io, style, commands }: Context): Promise<readonly Outcome[]> {
  await checkOutput(options);
  const { words, format, output } = options;
  const found = words.length === 0 ? explanations() : explained(words, commands);
  const columns = output === null ? style.width : null;
  const text = words.length === 0 ? explanationListText : explanationText;
  const document = { kind: 'varve.explanation', schemaVersion: 1, explanations: found } satisfies ExplanationList;
  await deliver(format === 'json' ? jsonText(document) : text(found, columns), options, io);
  return ['done'];
}
