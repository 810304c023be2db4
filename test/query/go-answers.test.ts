/**
 * Patterns and durations against Go itself: test/data/filters/generate/main.go wrote down what path.Match and
 * time.ParseDuration answer, and the same has to come out here, faults and overflows included.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/words/duration.js';
import { nameBytes } from '../../src/words/name-bytes.js';
import { matchesPath, parsePathPattern } from '../../src/words/path-pattern.js';

interface GoAnswers {
  readonly pathMatch: readonly { shows: string; pattern: string; name: string; answer: string }[];
  readonly durations: readonly { shows: string; text: string; answer: string }[];
}

const { pathMatch, durations } = JSON.parse(readFileSync('test/data/filters/go-answers.json', 'utf8')) as GoAnswers;

/** In the words of the file. */
function pathAnswer(pattern: string, name: string): string {
  const parsed = parsePathPattern(pattern);
  return parsed === null ? 'malformed' : String(matchesPath(parsed, nameBytes(name)));
}

describe('a path pattern answers as Go does:', () => {
  it.each(pathMatch.map((one) => [one.shows, one] as const))('%s', (_, { pattern, name, answer }) => {
    expect(pathAnswer(pattern, name)).toBe(answer);
  });

  it('there are enough cases, and no two are alike', () => {
    expect(pathMatch.length).toBeGreaterThanOrEqual(40);
    expect(new Set(pathMatch.map(({ pattern, name }) => `${pattern}\n${name}`)).size).toBe(pathMatch.length);
    expect(new Set(pathMatch.map(({ answer }) => answer))).toEqual(new Set(['true', 'false', 'malformed']));
  });
});

describe('a duration is what Go says:', () => {
  it.each(durations.map((one) => [one.shows, one] as const))('%s', (_, { text, answer }) => {
    expect(String(parseDuration(text) ?? 'malformed')).toBe(answer);
  });
});
