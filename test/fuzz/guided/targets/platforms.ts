/** Platforms: read and written to the same, or refused; fields of a document that say the same are the same platform. */
import { VarveError } from '../../../../src/model/error.js';
import { formatPlatform, parsePlatform, platformFromFields, samePlatform } from '../../../../src/model/platform.js';
import { same, type Target, texts } from '../target.js';

export const target: Target = {
  name: 'platforms',
  maxBytes: 80,
  seeds: texts('linux/amd64', 'linux/arm/v7', 'Linux/x86_64', 'windows(10.0.1)/amd64', 'linux/arm64/v8', 'darwin'),
  words: ['armhf', 'aarch64', 'i386', 'macos', '(10.0)', '/v8'],
  check(input) {
    const text = input.toString('latin1');
    const [os, architecture, variant] = text.split('/');
    const fields = platformFromFields({ os, architecture, variant });
    if (fields !== null) same('itself', samePlatform(fields, fields), true);
    try {
      const platform = parsePlatform(text);
      same('read again', samePlatform(parsePlatform(formatPlatform(platform)), platform), true);
    } catch (error) {
      if (!(error instanceof VarveError)) throw error;
    }
  },
};
