import { isUtf8 } from 'node:buffer';
import { invalidRequest } from './oauth-refusal.js';

export type Parameter = readonly [name: string, value: string];

/** More than any request of OAuth has. */
const MAX_PARAMETERS = 100;
const MAX_NAME = 128;

/** Those that may be sent more than once (RFC 8707, section 2, and Hydra's own). */
const REPEATABLE = new Set(['audience', 'resource']);

/**
 * A form (`application/x-www-form-urlencoded`) that every parser reads the same way: UTF-8, whole escapes, no control
 * characters, no semicolon that some take for an ampersand, and no parameter twice.
 *
 * @throws OAuthRefusal otherwise
 */
export function parseForm(body: Buffer): Parameter[] {
  if (!isUtf8(body)) throw invalidRequest('The body is not UTF-8.');
  const text = body.toString('utf8');
  if (text.includes(';')) throw invalidRequest('The body holds a semicolon: write it as %3B.');
  const parameters = text
    .split('&')
    .filter((pair) => pair !== '')
    .map(readPair);
  if (parameters.length > MAX_PARAMETERS) throw invalidRequest('The body holds too many parameters.');
  refuseRepeated(parameters);
  return parameters;
}

function readPair(pair: string): Parameter {
  const end = pair.indexOf('=');
  const name = formDecoded(end < 0 ? pair : pair.slice(0, end));
  const value = end < 0 ? '' : formDecoded(pair.slice(end + 1));
  if (name.length > MAX_NAME || !/^[\w.-]+$/.test(name))
    throw invalidRequest('A parameter has a name that OAuth does not allow.');
  return [name, value];
}

/**
 * Undoes the form encoding of one name or value, or of one half of a Basic credential (RFC 6749, section 2.3.1).
 *
 * @throws OAuthRefusal for what is not encoded so
 */
export function formDecoded(text: string): string {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    if (!CONTROL_CHARACTER.test(decoded)) return decoded;
  } catch {
    // Not a whole escape, or not of UTF-8.
  }
  throw invalidRequest('Something is not form-encoded: write % as %25, and no control characters.');
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

function refuseRepeated(parameters: readonly Parameter[]): void {
  const once = parameters.map(([name]) => name).filter((name) => !REPEATABLE.has(name));
  if (new Set(once).size < once.length) throw invalidRequest('A parameter is sent more than once.');
}

export const writeForm = (parameters: readonly Parameter[]): string =>
  new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
