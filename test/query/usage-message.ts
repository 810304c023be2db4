/**
 * What a usage error says. A test asks for the words that have to be in it, never for the whole sentence.
 */
import { expect } from 'vitest';
import { VarveError } from '../../src/model/error.js';

/** The message of the usage error that `action` throws; anything else that it does fails the test. */
export function usageMessage(action: () => unknown): string {
  const error = thrown(action);
  expect(error).toBeInstanceOf(VarveError);
  const { code, message } = error as VarveError;
  expect(code).toBe('usage');
  return message;
}

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}
