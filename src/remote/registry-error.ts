/**
 * What an answer with an error says: its status and the registry's own words (distribution specification, "Error Codes": a JSON
 * body with `errors`, each with `code`, `message` and `detail`), and what to do about it.
 */
import { RemoteError } from '../model/error.js';
import { askedText, isPassing, PassingError } from './failure.js';
import { jsonOf } from './http/body.js';
import type { HttpRequest, HttpResponse } from './http/message.js';
import { retryAfterMs } from './http/retries.js';
import { quotedText } from './remote-text.js';

/** Of the body of an error no more is read. */
const bodyBytes = 16 * 1024;
const codeGrammar = /^[A-Za-z0-9_.-]{1,64}$/;

export interface RegistryWords {
  readonly code: string | null;
  readonly message: string | null;
  /** What the error is about, by the `detail` of it; null where that names no digest. */
  readonly digest: string | null;
  /** How many errors came with it. */
  readonly more: number;
}

/** The error of an answer that was not hoped for; reads its body. `registry`: as the user wrote it, for the advice. */
export async function errorOf(response: HttpResponse, registry: string): Promise<RemoteError> {
  const { status, request } = response;
  const words = withoutSecrets(await wordsOf(response), request);
  const advice = adviceOf(status, words, registry);
  const said = saidText(words);
  const message = `${askedText(request)}: ${status}${said === '' ? '' : ` ${said}`}${advice === null ? '' : `; ${advice}`}`;
  const facts = { status, registryCode: words.code };
  if (!isPassing(status)) return new RemoteError(message, facts);
  return new PassingError(message, {
    ...facts,
    retryAfterMs: retryAfterMs(response.header('retry-after'), Date.now()),
  });
}

function saidText({ code, message, digest, more }: RegistryWords): string {
  const named = digest === null || message?.includes(digest) === true ? '' : `(${digest})`;
  const others = more === 0 ? '' : `and ${more} more`;
  return [code ?? '', message === null ? '' : quotedText(message), named, others]
    .filter((text) => text !== '')
    .join(' ');
}

async function wordsOf(response: HttpResponse): Promise<RegistryWords> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of response.body()) {
      pieces.push(piece);
      sizeBytes += piece.length;
      if (sizeBytes > bodyBytes) break;
    }
  } catch (error) {
    // The status is the answer; that its explanation broke off changes nothing. An interruption does.
    if (!(error instanceof RemoteError)) throw error;
  }
  return parseWords(jsonOf(Buffer.concat(pieces)));
}

/** The first of the errors in a body; a token server may say it by `error` and `error_description`, or by `details`. */
export function parseWords(body: unknown): RegistryWords {
  const fields = fieldsOf(body);
  const [first, ...others] = Array.isArray(fields['errors']) ? fields['errors'] : [];
  const { code, message, detail } = fieldsOf(first);
  const codes = [code, fields['error']].find((each) => typeof each === 'string' && codeGrammar.test(each));
  const texts = [message, detail, fields['error_description'], fields['details'], fields['message']];
  const text = texts.find((each) => typeof each === 'string' && each !== '');
  return {
    code: typeof codes === 'string' ? codes : null,
    message: typeof text === 'string' ? text : null,
    digest: digestIn(detail),
    more: others.length,
  };
}

/** A digest in the detail of an error, which is a text or has it in one of its fields. */
function digestIn(detail: unknown): string | null {
  const texts = typeof detail === 'string' ? [detail] : Object.values(fieldsOf(detail));
  for (const text of texts) {
    const [digest] = (typeof text === 'string' && /\bsha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})\b/.exec(text)) || [];
    if (digest !== undefined) return digest;
  }
  return null;
}

/** The words without what the request told in confidence, which some servers say again in their errors. */
function withoutSecrets({ code, message, ...others }: RegistryWords, request: HttpRequest): RegistryWords {
  const secrets = secretsOf(request);
  const clean = secrets.reduce<string | null>((text, secret) => text?.replaceAll(secret, '***') ?? null, message);
  return { ...others, code: secrets.some((secret) => code?.includes(secret)) ? null : code, message: clean };
}

/** What a request holds that is meant for its host alone, the longest first: as it was sent, and as it was before that. */
function secretsOf({ headers, secret }: HttpRequest): readonly string[] {
  const [, scheme = '', sent = ''] = /^(\S+) (.*)$/.exec(headers['authorization'] ?? '') ?? [];
  const login = scheme === 'Basic' ? Buffer.from(sent, 'base64').toString('utf8') : '';
  const found = [sent, login, login.slice(login.indexOf(':') + 1), secret ?? ''];
  return [...found, ...found.map(encodeURIComponent)]
    .filter((text) => text !== '')
    .sort((one, other) => other.length - one.length);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** What to do about each code of the specification; `HOST` stands for the registry. */
const adviceByCode: ReadonlyMap<string, string> = new Map(
  Object.entries({
    BLOB_UNKNOWN: 'the registry lacks a blob that a manifest names; the image there is not whole',
    BLOB_UPLOAD_INVALID: 'the registry does not take the upload as it was sent; try again',
    BLOB_UPLOAD_UNKNOWN: 'the registry has forgotten the upload; try again',
    DIGEST_INVALID: 'the bytes came to the registry as others than their digest says; try again',
    MANIFEST_BLOB_UNKNOWN: 'the registry lacks a blob that the manifest names; the blobs have to be sent first',
    MANIFEST_INVALID: 'the registry does not take such a manifest; another registry may',
    MANIFEST_UNKNOWN: 'check the tag or the digest',
    NAME_INVALID: 'the registry does not take such a name of a repository; choose another',
    NAME_UNKNOWN: 'check the name of the repository; a private one may look as if it were not there',
    SIZE_INVALID: 'the registry does not take something of that size',
    UNAUTHORIZED: 'log in with varve login HOST',
    DENIED: 'whoever is logged in may not do that; check the rights, and that the repository is there',
    UNSUPPORTED: 'the registry does not allow it: it may be a mirror that is only read, or have that switched off',
    TOOMANYREQUESTS: 'the registry limits how often it is asked; wait, or log in for more',
  }),
);

/** For answers that have only a status. */
const codeByStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'NAME_UNKNOWN',
  405: 'UNSUPPORTED',
  413: 'SIZE_INVALID',
  429: 'TOOMANYREQUESTS',
};

function adviceOf(status: number, { code }: RegistryWords, registry: string): string | null {
  const advice = adviceByCode.get(code ?? '') ?? adviceByCode.get(codeByStatus[status] ?? '');
  if (advice === undefined && status < 400)
    return 'that is no answer to it; something before the registry may have given it';
  return advice === undefined ? null : advice.replace('HOST', registry);
}
