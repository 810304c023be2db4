/**
 * What the distribution specification asks of clients, rule by rule, as docs/registries.md lists it: each is held against a registry
 * that refuses what a client may not do, behind a proxy that answers as other registries may.
 */
import { describe, expect, it } from 'vitest';
import { readPage, rowsOf, sectionOf } from '../../docs/page.js';
import { closeAfterEach } from '../faulty-registry.js';
import { listRules } from './list-rules.js';
import { pullRules } from './pull-rules.js';
import { pushRules } from './push-rules.js';

closeAfterEach();

const rules = { ...pullRules, ...pushRules, ...listRules };

describe('the rules of the specification for clients', () => {
  it('are those that docs/registries.md lists', () => {
    const section = sectionOf(readPage('docs/registries.md'), '### What is asked of clients');
    const bare = (text: string): string => text.replaceAll('`', '');
    expect(rowsOf(section).map(([rule = '']) => bare(rule))).toEqual(Object.keys(rules).map(bare));
  });

  it.each(Object.entries(rules))('are kept where they say: %s', (_, rule) => rule());
});
