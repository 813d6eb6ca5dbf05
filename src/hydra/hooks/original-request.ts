import type { IncomingHttpHeaders } from 'node:http';
import { refusal } from '../standings/refusal.js';

/** Where proxies ask; Envoy appends the path of the request it asks about. */
export const AUTHORIZE_GATE_PATH = '/hooks/authorize';

/** The request that a proxy asks about. */
export interface OriginalRequest {
  readonly method: string;
  /** The request target as it was sent: path and query. */
  readonly uri: string;
}

/** What a proxy sends. Node joins a repeated header with a comma and a space, which no method and no URI holds. */
export interface ProxyRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
}

/** Headers that hold the original request: those of nginx (as in its documentation), and those of Traefik and Caddy. */
const HEADERS = [
  { method: 'x-original-method', uri: 'x-original-uri' },
  { method: 'x-forwarded-method', uri: 'x-forwarded-uri' },
] as const;

/**
 * Reads the request that a proxy asks about, from one source only. A proxy overwrites its own headers and may pass on all
 * others as the caller sent them, so a second source is an attempt to have another request judged than the one that goes
 * on to Hydra.
 *
 * @throws Problem 403 (a refusal) without a source, with a second one, and for a request with a body
 */
export function originalRequest(request: ProxyRequest): OriginalRequest {
  const sources = [...fromHeaders(request), ...fromPath(request)];
  const [source, second] = sources;
  if (!source)
    throw refusal(
      'the proxy does not say which request this is about: let it send X-Original-Method and X-Original-URI',
    );
  if (second)
    throw refusal(
      'more than one original request is given: let the proxy send one, and nothing of the caller',
    );
  refuseBody(request);
  return source;
}

/** One header of a pair counts as a source, too: the other half is missing then, and the request is refused for it. */
function fromHeaders({ headers }: ProxyRequest): OriginalRequest[] {
  const given = (name: string): string => String(headers[name] ?? '');
  return HEADERS.filter(({ method, uri }) => method in headers || uri in headers).map(({ method, uri }) => ({
    method: given(method),
    uri: given(uri),
  }));
}

function fromPath({ method = '', url = '' }: ProxyRequest): OriginalRequest[] {
  if (url === AUTHORIZE_GATE_PATH) return [];
  return [{ method, uri: url.startsWith(AUTHORIZE_GATE_PATH) ? url.slice(AUTHORIZE_GATE_PATH.length) : '' }];
}

/** Hydra reads parameters from a multipart body even with GET. A proxy that passes headers on gives such a body away. */
function refuseBody({ headers }: ProxyRequest): void {
  if (headers['content-type'] !== undefined)
    throw refusal('the request must not have a body: send the parameters in the query');
}
