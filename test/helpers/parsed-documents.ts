/** Documents parsed at once, for tests that look at what comes of them; the program rests while it parses. */

import * as documents from '../../src/model/foreign/documents.js';
import { finished } from '../../src/model/work/work.js';

export const parseImageConfig = (source: string) => finished(documents.parseImageConfig(source));
export const parseIndex = (source: string) => finished(documents.parseIndex(source));
export const parseManifestOrIndex = (source: string) => finished(documents.parseManifestOrIndex(source));
export const parseOciLayout = (source: string) => finished(documents.parseOciLayout(source));
export const parseRepositories = (source: string) => finished(documents.parseRepositories(source));
export const parseSaveManifest = (source: string) => finished(documents.parseSaveManifest(source));
export const parseV1Image = (source: string) => finished(documents.parseV1Image(source));
