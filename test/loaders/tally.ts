/** The figures of a run: archives by family and kind, what each loader took, and every violation by kind. */
import { type Violation, warned } from './containment.js';
import type { Kind } from './kinds.js';
import type { LoaderAnswer } from './readings.js';
import type { Specimen } from './trial.js';

interface Fault {
  readonly kind: Kind;
  readonly seed: number;
  readonly bytes: Buffer;
  readonly violation: Violation;
}

const families: readonly Kind['family'][] = ['honest', 'odd', 'hostile'];

export class Tally {
  readonly #faults: Fault[] = [];
  readonly #falseAlarms: string[] = [];
  readonly #asked = new Map<string, { archives: number; taken: number; images: number }>();
  readonly #families = new Map<string, { archives: number; warned: number; contained: number; kinds: Set<string> }>();

  add(specimen: Specimen, answers: Readonly<Record<string, LoaderAnswer>>, found: readonly Violation[]): void {
    const { kind, seed, bytes, archives } = specimen;
    const family = this.#families.get(kind.family) ?? { archives: 0, warned: 0, contained: 0, kinds: new Set() };
    this.#families.set(kind.family, family);
    family.archives++;
    family.kinds.add(kind.name);
    if (archives.some(warned)) family.warned++;
    else if (found.length === 0) family.contained++;
    for (const violation of found) this.#faults.push({ kind, seed, bytes, violation });
    for (const [loader, { images }] of Object.entries(answers)) {
      const asked = this.#asked.get(loader) ?? { archives: 0, taken: 0, images: 0 };
      this.#asked.set(loader, asked);
      asked.archives++;
      asked.images += images.length;
      if (images.length > 0) asked.taken++;
    }
    const errors = archives.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error');
    if (kind.family === 'honest')
      for (const { code, message } of errors) this.#falseAlarms.push(`${kind.name} ${seed}: ${code}: ${message}`);
  }

  failed(): boolean {
    return this.#faults.length > 0 || this.#falseAlarms.length > 0;
  }

  /** For each kind that is violated its smallest archive. */
  smallest(): Fault[] {
    const smallest = new Map<string, Fault>();
    for (const fault of this.#faults) {
      const before = smallest.get(fault.kind.name);
      if (before === undefined || fault.bytes.length < before.bytes.length) smallest.set(fault.kind.name, fault);
    }
    return [...smallest.values()];
  }

  /** Markdown. */
  text(versions: Readonly<Record<string, string>>): string {
    return [
      'Kinds of archives, how many of them, and of these: with an error or a warning, else with all that loaders took listed.',
      '',
      '| archives | kinds | tried | error or warning | all listed | violations |',
      '| --- | --: | --: | --: | --: | --: |',
      ...families.flatMap((family) => this.#familyRow(family)),
      '',
      '| loader | archives | took something | images and names |',
      '| --- | --: | --: | --: |',
      ...[...this.#asked].map(([loader, { archives, taken, images }]) => row([loader, archives, taken, images])),
      '',
      `Loaders: ${Object.entries(versions)
        .map(([name, version]) => `${name} ${version.replace(/^.* /, '')}`)
        .join(', ')}.`,
      `Errors on honest archives: ${this.#falseAlarms.length}.`,
      ...this.#falseAlarms.map((alarm) => `- ${alarm}`),
      ...this.smallest().map((fault) => this.#faultRow(fault)),
    ].join('\n');
  }

  #familyRow(family: Kind['family']): string[] {
    const own = this.#families.get(family);
    if (own === undefined) return [];
    const violated = own.archives - own.warned - own.contained;
    return [row([family, own.kinds.size, own.archives, own.warned, own.contained, violated])];
  }

  #faultRow({ kind, seed, bytes, violation }: Fault): string {
    const own = this.#faults.filter((fault) => fault.kind === kind);
    const loaders = [...new Set(own.flatMap((fault) => [...fault.violation.reading[0]]))].sort().join('');
    const whats = [...new Set(own.map((fault) => fault.violation.what))].sort().join('+');
    const [, name, config, , user, env] = violation.reading;
    return `- ${kind.name}: ${own.length} (${whats}) by ${loaders}; seed ${seed}, ${bytes.length} bytes: ${JSON.stringify({ name, config, user, env })}`;
  }
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => cell.toLocaleString('en-US')).join(' | ')} |`;
}
