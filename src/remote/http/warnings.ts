/**
 * What registries warn of (distribution specification, "Warnings": `Warning: 299 - "..."`): sentences for whoever runs this, of which
 * nothing follows. Each is told once, however many answers have it. Hostile input: headers of any length, sentences without end.
 */
import { quotedText } from '../remote-text.js';
import type { RemoteSettings } from '../settings.js';

/** Of one answer no more is read: the specification lets a registry send no more. */
const headerCharacters = 4096;
/** Of one sentence no more is told. */
const textCharacters = 1000;
/** Sentences of one run; more than that nobody reads. */
const mostTexts = 20;

export class Warnings {
  readonly #onWarning: RemoteSettings['onWarning'];
  readonly #told = new Set<string>();

  constructor({ onWarning }: Pick<RemoteSettings, 'onWarning'>) {
    this.#onWarning = onWarning;
  }

  /** Tells what an answer of a host warns of, by its header; null where it has none. */
  hear(host: string, header: string | null): void {
    if (header === null || this.#onWarning === undefined) return;
    for (const text of warningsOf(header)) {
      const warning = { host, text: quotedText(text, textCharacters) };
      const key = `${host} ${warning.text}`;
      if (this.#told.has(key) || this.#told.size >= mostTexts) continue;
      this.#told.add(key);
      this.#onWarning(warning);
    }
  }
}

/** The sentences of a header that are the registry's own: code 299, by `-`. What proxies warn of is not for people. */
function warningsOf(header: string): readonly string[] {
  const read = header.slice(0, headerCharacters);
  const found = [...read.matchAll(/(?:^|,)[ \t]*299[ \t]+-[ \t]+"((?:[^"\\]|\\.)*)"/g)];
  return found.map(([, text = '']) => text.replace(/\\(.)/g, '$1')).filter((text) => text.trim() !== '');
}
