import { fetchFailureOf } from '../lib/error-code.js';
import { isObject, isText, parseJson } from '../lib/json.js';

/** The issuer that an authorization server names itself, or why it names none. */
export type Discovered = { readonly issuer: string } | { readonly failure: string };

/**
 * Asks an authorization server for its own description (OpenID Connect Discovery, section 4). Never rejects.
 *
 * @param base its address, without a trailing slash
 */
export async function discover(base: string, signal: AbortSignal): Promise<Discovered> {
  try {
    const response = await fetch(`${base}/.well-known/openid-configuration`, { redirect: 'manual', signal });
    const document = parseJson(await response.text());
    const issuer = isObject(document) ? document['issuer'] : undefined;
    if (response.status === 200 && isText(issuer)) return { issuer };
    return { failure: `the answer is ${response.status}, and not the discovery of an authorization server` };
  } catch (error) {
    return { failure: `no answer (${fetchFailureOf(error)})` };
  }
}
