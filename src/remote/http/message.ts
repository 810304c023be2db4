/** A request and the head of its answer, as the code above the connections sees them. */

/** A body that can be sent again from its start. */
export interface SentBody {
  readonly sizeBytes: number;
  open(): AsyncIterable<Buffer>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: SentBody | null;
  /** What the body holds that is meant for this host alone. */
  readonly secret?: string;
}

export interface HttpResponse {
  readonly request: HttpRequest;
  readonly status: number;
  /** The value of a header, several of them joined by commas; null where there is none. */
  header(name: string): string | null;
  /** The body, once; ending the loop early closes the connection. */
  body(): AsyncGenerator<Buffer, void, void>;
  /** Gives the connection back without the body. */
  discard(): Promise<void>;
}
