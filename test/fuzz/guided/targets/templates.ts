/** Templates of docker's `--format`: executed, or refused with a place; the same each time. */
import { parseTemplate } from '../../../../src/template/template.js';
import { TemplateError } from '../../../../src/template/template-error.js';
import { same, type Target, texts } from '../target.js';

const data = { ID: 'sha256:abc', Repository: 'x', L: [1, 'b', null], M: { a: 1.5, __proto__: null }, N: 12n, E: {} };

export const target: Target = {
  name: 'templates',
  maxBytes: 200,
  seeds: texts(
    '{{.ID}}\t{{.Repository}}',
    '{{range $i, $x := .L}}{{if eq $i 1}}{{$x}}{{else}}-{{end}}{{end}}',
    '{{json .}}',
    '{{with .M}}{{index . "a" | printf "%-10q|%5.2f"}}{{end}}',
    '{{define "t"}}{{.}}{{end}}{{template "t" .ID}}',
    '{{- /* c */ -}} {{slice .ID 1 3 | upper | pad 1 2}}',
    '{{len (split .ID ":")}} {{ge 1 2 | not}}',
    '{{printf "%v %x %+d %#q %08.3f %c" \'a\' 0x1F 1_000 `r` 1e3 65}}',
    '{{block "b" .}}{{break}}{{end}}{{range .L}}{{continue}}{{end}}{{$x := 1}}{{$x = 2}}',
  ),
  words: [
    '{{',
    '}}',
    '{{- ',
    ' -}}',
    '{{end}}',
    '{{else}}',
    ':=',
    '.L',
    '.M.a',
    '.N',
    '$',
    '|',
    '0x',
    '1e',
    'nil',
    'true',
    '%!',
  ],
  check(input) {
    const text = input.toString();
    same('again', outcome(text), outcome(text));
  },
};

function outcome(text: string): string {
  try {
    const template = parseTemplate(text, { limits: { outputBytes: 4096 } as never });
    template.usedFields();
    return template.execute(data);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (!(error.place.column >= 1)) throw new Error('no place', { cause: error });
    return `${error.message} ${error.place.column}`;
  }
}
