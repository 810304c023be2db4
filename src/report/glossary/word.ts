/** The form of a word that is explained: its meaning, and what it is told with. */
export interface Word {
  /** Other spellings and words of other tools for the same. */
  readonly also: readonly string[];
  /** One sentence. */
  readonly meaning: string;
  /** How it is told, and what it is good for. */
  readonly text: string;
  /** Words that are explained too. */
  readonly related: readonly string[];
}
