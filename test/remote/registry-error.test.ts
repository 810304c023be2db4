import { describe, expect, it } from 'vitest';
import { parseWords } from '../../src/remote/registry-error.js';
import { quotedText, shownUrl } from '../../src/remote/remote-text.js';

describe('the words of a registry', () => {
  it.each<[string, unknown, string | null, string | null]>([
    ['as the specification has them', { errors: [{ code: 'DENIED', message: 'no', detail: {} }] }, 'DENIED', 'no'],
    ['of a token server', { error: 'invalid_grant', error_description: 'gone' }, 'invalid_grant', 'gone'],
    ['of Docker Hub', { details: 'incorrect username or password' }, null, 'incorrect username or password'],
    ['with a code that is none', { errors: [{ code: 'a\u001b[0m', message: 7 }] }, null, null],
    ['that are no object', 'text', null, null],
    ['that are an empty list', { errors: [] }, null, null],
    ['that are null', { errors: [null] }, null, null],
  ])('are found %s', (_, body, code, message) => {
    expect(parseWords(body)).toEqual({ code, message, digest: null, more: 0 });
  });

  it('are shown cut, in quotes and without what a terminal obeys', () => {
    expect(quotedText('a\u001b[31m\u009b\u202e"b')).toBe('"a\\u001b[31m\\u009b\\u202e\\"b"');
    expect(quotedText('x'.repeat(1000)).length).toBeLessThan(210);
    expect(shownUrl(new URL('https://me:secret@h.example:1/a%0Ab?token=secret#secret'))).toBe(
      'https://h.example:1/a%0Ab',
    );
  });
});
