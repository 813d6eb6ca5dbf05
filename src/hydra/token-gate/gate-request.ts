import type { RawHeaders } from './hydra-public-api.js';

/** A request that has arrived, not read yet but for what every request of OAuth has. */
export interface GateRequest {
  /** Of the endpoint, at Hydra as here. */
  readonly path: string;
  readonly headers: RawHeaders;
  readonly authorization: string | undefined;
  /** Of the page that asks; undefined where none does. */
  readonly origin: string | undefined;
  readonly body: Buffer;
  /** Of the caller. */
  readonly address: string;
  /** Ends when nobody waits any more. */
  readonly signal: AbortSignal;
}

const FORM = 'application/x-www-form-urlencoded';

/** Of one connection only (RFC 9110, section 7.6.1), or written by whoever sends. */
const OF_ONE_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'content-length',
]);

/** What Hydra goes by, or writes down: nothing that proves who the client is. */
const KEPT = new Set([
  'host',
  'accept',
  'origin',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-request-id',
  'traceparent',
  'tracestate',
]);

/** Headers of a message that is passed on as it came. */
export function endToEnd(headers: RawHeaders): RawHeaders {
  const named = valuesOf(headers, 'connection').flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  return filtered(headers, (name) => !OF_ONE_HOP.has(name) && !named.includes(name));
}

/** Headers of a request that is written anew. */
export const ofNewForm = (headers: RawHeaders): RawHeaders => [
  ...filtered(headers, (name) => KEPT.has(name)),
  'Content-Type',
  FORM,
];

function filtered(headers: RawHeaders, isKept: (name: string) => boolean): RawHeaders {
  return headers.filter((_, index) => isKept((headers[index - (index % 2)] ?? '').toLowerCase()));
}

const valuesOf = (headers: RawHeaders, name: string): string[] =>
  headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
