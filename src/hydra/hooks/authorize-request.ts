import type { OriginalRequest } from './original-request.js';
import { refusal } from '../standings/refusal.js';

/** A request to the authorization endpoint that every parser reads the same way. */
export interface AuthorizeRequest {
  readonly clientId: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Characters. Less than this service takes of headers, so that a longer one is refused with a reason. */
const MAX_URI = 12 * 1024;

/** RFC 3986 knows nothing but ASCII, and RFC 9112 no fragment in a request target. */
const REQUEST_TARGET = /^\/[\x21\x22\x24-\x7E]*$/;

/** OpenID Connect Core, section 6: their parameters replace the ones in the query. */
const REQUEST_OBJECTS = ['request', 'request_uri'];

/**
 * Reads the original request strictly.
 *
 * @throws Problem 403 (a refusal) for all that Hydra could read differently, or that could hide a parameter
 */
export function readAuthorizeRequest({ method, uri }: OriginalRequest): AuthorizeRequest {
  // Hydra takes HEAD for GET, and with POST the body before the query.
  if (method !== 'GET') throw refusal('only GET is allowed: send the parameters in the query');
  if (uri.length > MAX_URI) throw refusal(`the URI is too long: it may have ${MAX_URI} characters`);
  if (!REQUEST_TARGET.test(uri))
    throw refusal('the URI is missing or malformed: it must be a path and a query in ASCII');
  const parameters = parametersOf(uri);
  if (REQUEST_OBJECTS.some((name) => parameters.has(name)))
    throw refusal('request objects are not allowed: send the parameters themselves');
  const clientId = parameters.get('client_id') ?? '';
  if (clientId === '') throw refusal('client_id is missing: send it in the query');
  return { clientId, parameters };
}

/** Whom the tokens are to be for: Hydra splits its one parameter at spaces. */
export const audiencesIn = ({ parameters }: AuthorizeRequest): string[] =>
  (parameters.get('audience') ?? '').split(' ').filter((audience) => audience !== '');

/** As Go's `url.ParseQuery` reads them, but for what it drops in silence or keeps twice: that is refused. */
function parametersOf(uri: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of queryOf(uri).split('&')) {
    if (pair === '') continue;
    if (pair.includes(';')) throw refusal('a parameter holds an unencoded semicolon: write %3B');
    const [name, value] = splitAtFirst(pair, '=').map(decode) as [string, string];
    // RFC 6749, section 3.1
    if (parameters.has(name)) throw refusal('a parameter is repeated: send each once');
    parameters.set(name, value);
  }
  return parameters;
}

const queryOf = (uri: string): string => splitAtFirst(uri, '?')[1];

function splitAtFirst(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refusal('a parameter is not percent-encoded UTF-8: encode it so');
  }
}
