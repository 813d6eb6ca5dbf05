import { isUtf8 } from 'node:buffer';
import type { TokenEndpointAuthMethod } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { formDecoded, parseForm, type Parameter } from './form.js';
import { invalidRequest } from './oauth-refusal.js';

/** A request of one client at the token or the revocation endpoint, read strictly. */
export interface TokenRequest {
  readonly clientId: string;
  /** `other`: in a way that no client of this registry is registered for. */
  readonly method: TokenEndpointAuthMethod | 'other';
  /** Empty where none is presented. */
  readonly secret: string;
  /** All but those that say who the client is. */
  readonly parameters: readonly Parameter[];
}

const CREDENTIALS = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);

/**
 * Reads whose request it is, and how the client proves it: in one way, and naming one client (RFC 6749, section 2.3).
 *
 * @throws OAuthRefusal for what could be read in two ways
 */
export function readTokenRequest(body: Buffer, authorization: string | undefined): TokenRequest {
  const form = parseForm(body);
  const basic = readAuthorization(authorization);
  const named = valueOf(form, 'client_id');
  const secret = valueOf(form, 'client_secret') ?? '';
  const isAsserted = form.some(([name]) => name.startsWith('client_assertion'));
  if (basic && named !== undefined && basic.user !== named)
    throw invalidRequest('The Authorization header and client_id name two clients.');
  if ([basic !== null, secret !== '', isAsserted].filter(Boolean).length > 1)
    throw invalidRequest('A client must authenticate in one way only (RFC 6749, section 2.3).');
  return {
    clientId: basic?.user ?? named ?? '',
    method: methodOf(authorization, basic?.password ?? '', secret, isAsserted),
    secret: (basic?.password ?? '') || secret,
    parameters: form.filter(([name]) => !CREDENTIALS.has(name)),
  };
}

function methodOf(
  authorization: string | undefined,
  password: string,
  secret: string,
  isAsserted: boolean,
): TokenRequest['method'] {
  if (isAsserted || (authorization !== undefined && !BASIC.test(authorization))) return 'other';
  if (password !== '') return 'client_secret_basic';
  return secret === '' ? 'none' : 'client_secret_post';
}

const BASIC = /^basic /i;
const BASE64 = /^basic ((?:[a-z\d+/]{4})*(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?)$/i;

/** Null unless it is Basic. Both halves are form-encoded (RFC 6749, section 2.3.1). */
function readAuthorization(header: string | undefined): { user: string; password: string } | null {
  if (header === undefined || !BASIC.test(header)) return null;
  const bytes = Buffer.from(BASE64.exec(header)?.[1] ?? '', 'base64');
  const text = bytes.toString('utf8');
  const end = text.indexOf(':');
  if (end < 0 || !isUtf8(bytes))
    throw invalidRequest('The Authorization header is not of the Basic scheme (RFC 7617).');
  return { user: formDecoded(text.slice(0, end)), password: formDecoded(text.slice(end + 1)) };
}

const valueOf = (form: readonly Parameter[], name: string): string | undefined =>
  form.find(([other]) => other === name)?.[1];
