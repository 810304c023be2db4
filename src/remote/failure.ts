/**
 * Answers and breaks that end a request, as errors that say where, what was expected, what came and what to do next. Those that
 * may pass by themselves are a class of their own, which only the code that tries again has to know.
 */
import { isExhausted, messageOf, RemoteError } from '../model/error.js';
import { quotedText, shownUrl } from './remote-text.js';

/** What may have passed when it is tried again. */
export class PassingError extends RemoteError {
  /** How long the registry asks to wait; null where it does not. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    options: {
      readonly cause?: unknown;
      readonly status?: number | null;
      readonly registryCode?: string | null;
      readonly retryAfterMs?: number | null;
    } = {},
  ) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** TLS was spoken to something that does not speak it. */
export class NotTlsError extends RemoteError {}

export interface Asked {
  readonly method: string;
  readonly url: URL;
}

/** Statuses that say nothing of the request: too many, or a fault of the server or of what stands before it. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a status may be another one in a while. */
export function isPassing(status: number): boolean {
  return passingStatuses.has(status);
}

/** What was asked, for the start of a sentence. */
export function askedText({ method, url }: Asked): string {
  return `${method} ${shownUrl(url)}`;
}

const notTls: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]);
const final: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check the host and the port',
  ENOTFOUND: 'there is no such host; check the name',
  EHOSTUNREACH: 'no way leads there; check the network',
  ENETUNREACH: 'no way leads there; check the network',
  UND_ERR_HEADERS_OVERFLOW: 'the head of the answer is longer than 64 KiB; that is no registry',
};
const certificate =
  /^(?:CERT_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|HOSTNAME_MISMATCH)/;
/** What a server says by TLS of the certificate that it was shown, or not. */
const ownCertificate = /^ERR_SSL_.*ALERT_(?:.*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/;
/** The same where it came while the request was written. */
const saidCertificate = /:(?:sslv3|tlsv\d+) alert (?:.*certificate|unknown ca|handshake failure|access denied):/;

const passing: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'no name server answers; check that there is a network',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'nothing more came in time',
};

/** What is known of the way to a host. */
export interface Way {
  readonly isByProxy: boolean;
  /** Whether there was an answer in this run: then a host that is away may come back. */
  readonly hasAnswered: boolean;
}

/** The error of a request that had no answer, or of which the answer broke off. */
export function breakOf(asked: Asked, cause: unknown, way: Way): RemoteError {
  if (cause instanceof RemoteError) return cause;
  const code = codeOf(cause);
  const start = way.isByProxy ? `${askedText(asked)} by a proxy` : askedText(asked);
  const refusal = refusalOfProxy(start, cause);
  if (refusal !== null) return refusal;
  if (isExhausted(cause)) {
    return new RemoteError(
      `${start}: the system has no more of what a connection takes (${code}); use fewer at a time`,
      {
        cause,
      },
    );
  }
  const said = quotedText(messageOf(cause));
  if (certificate.test(code)) {
    return new RemoteError(
      `${start}: its certificate is not trusted (${code}: ${said}); name the authority that signed it in a CA file, or put it into certs.d`,
      { cause },
    );
  }
  if (isOfOwnCertificate(code, cause)) {
    return new RemoteError(
      `${start}: asks for a certificate, or does not take the one that it was shown (${code}); name one with its key, or put both into certs.d`,
      { cause },
    );
  }
  if (asked.url.protocol === 'https:' && (notTls.has(code) || isEarlyClose(cause))) {
    return new NotTlsError(
      `${start}: no TLS is spoken there (${code || said}); if it is a registry without TLS, ask for plain HTTP`,
      {
        cause,
      },
    );
  }
  const late = passing[code];
  if (late !== undefined) return new PassingError(`${start}: ${late} (${code})`, { cause });
  const isParsing = cause instanceof Error && cause.name === 'HTTPParserError';
  if (code.startsWith('HPE_') || isParsing)
    return new PassingError(`${start}: the answer is no HTTP (${code || said})`, { cause });
  const advice = final[code];
  if (advice !== undefined && !way.hasAnswered) {
    const whose = way.isByProxy ? `${advice} of the proxy in HTTPS_PROXY or HTTP_PROXY` : advice;
    return new RemoteError(`${start}: ${whose} (${code})`, { cause });
  }
  // TLS 1.3 refuses the certificate of a client behind the handshake, by closing.
  const doubt = asked.url.protocol === 'https:' && !way.hasAnswered ? '; it may ask for a certificate of ours' : '';
  return new PassingError(`${start}: the connection broke (${code || 'no code'}: ${said})${doubt}`, { cause });
}

function isOfOwnCertificate(code: string, cause: unknown): boolean {
  return ownCertificate.test(code) || (code === 'EPROTO' && saidCertificate.test(messageOf(cause)));
}

/** What a proxy answered instead of leading on; the client below says it by a sentence only. */
function refusalOfProxy(start: string, cause: unknown): RemoteError | null {
  const [, tunnel, status = tunnel] =
    /^Proxy (?:response \((\d{3})\)|Authentication Required \((407)\))/.exec(messageOf(cause)) ?? [];
  if (status === undefined) return null;
  if (status === '407') {
    return new RemoteError(
      `${start}: the proxy does not take the user and password that its variable has, or needs some`,
      { cause },
    );
  }
  const said = `${start}: the proxy does not lead there (${status})`;
  return isPassing(Number(status)) ? new PassingError(said, { cause }) : new RemoteError(said, { cause });
}

/** A server that closes the connection on the first bytes of TLS. */
function isEarlyClose(cause: unknown): boolean {
  return /before secure TLS connection was established/.test(messageOf(cause));
}

function codeOf(cause: unknown): string {
  for (let error = cause, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth += 1) {
    if ('code' in error && typeof error.code === 'string' && error.code !== 'UND_ERR_SOCKET') return error.code;
    if (error instanceof AggregateError) {
      const [first] = error.errors;
      if (first instanceof Error) return codeOf(first);
    }
  }
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
