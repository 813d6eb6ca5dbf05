import { isClientId } from '../../lib/client-id.js';
import { isObject, parseJson } from '../../lib/json.js';

/** Nobody who means one client names more than this. */
const MAX_NAMED = 8;

/**
 * The ids of all clients that a request may name in the eyes of any parser, however wrongly it is written. A request that
 * names none of this registry is not the gate's business; one that names any is read strictly.
 *
 * @returns null where it names more than `MAX_NAMED`
 */
export function namedClients(body: Buffer, authorization: string | undefined): string[] | null {
  const form = new URLSearchParams(body.toString('utf8').replaceAll(';', '&'));
  const basic = basicCredentials(authorization);
  const names = [
    ...form.getAll('client_id'),
    ...form.getAll('client_assertion').flatMap(subjectsOf),
    ...(basic ? [basic.user, leniently(basic.user)] : []),
  ];
  const ids = [...new Set(names.map((name) => name.trim()).filter(isClientId))];
  return ids.length > MAX_NAMED ? null : ids;
}

export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** As they are sent (RFC 7617, section 2), not decoded from forms yet. Null for another scheme, or none. */
export function basicCredentials(authorization: string | undefined): BasicCredentials | null {
  const encoded = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const end = text.indexOf(':');
  return end < 0 ? { user: text, password: '' } : { user: text.slice(0, end), password: text.slice(end + 1) };
}

/** Whom a JWT says that it is about, and from, without a look at its signature (RFC 7523, section 3). */
function subjectsOf(assertion: string): string[] {
  const claims = parseJson(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'));
  if (!isObject(claims)) return [];
  return [claims['sub'], claims['iss']].filter((claim) => typeof claim === 'string');
}

/** What looks like a secret of this registry: it must not reach Hydra, which does not know it, nor its log. */
const OWN_SECRET = /ocs_[\w-]{43}/;

export const isOwnSecret = (text: string): boolean => OWN_SECRET.test(text);

/** Whether a secret of this registry stands anywhere in a request, in any spelling that its parser may undo. */
export function holdsOwnSecret(body: Buffer, authorization: string | undefined): boolean {
  const basic = basicCredentials(authorization);
  const texts = [body.toString('latin1'), basic?.password ?? '', authorization ?? ''];
  return texts.some((text) => isOwnSecret(text) || isOwnSecret(leniently(text)));
}

/** Undoes escapes as far as there are whole ones. */
const leniently = (text: string): string =>
  text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
