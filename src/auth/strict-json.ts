import { isUtf8 } from 'node:buffer';
import { TokenRefused } from './token-refused.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a JOSE header or a claims set: valid UTF-8 without a byte order mark, one JSON object, no member twice
 * (RFC 7515, section 4; RFC 7519, section 4). Members of nested objects are not compared: nothing reads them.
 *
 * @throws TokenRefused otherwise
 */
export function parseJsonObject(bytes: Buffer): JsonObject {
  if (!isUtf8(bytes)) throw new TokenRefused('not_a_json_object');
  const text = bytes.toString('utf8');
  const value = parseJson(text);
  if (!isObject(value)) throw new TokenRefused('not_a_json_object');
  if (countMembers(text) !== Object.keys(value).length) throw new TokenRefused('duplicate_member');
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TokenRefused('not_a_json_object');
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STRUCTURE = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** Members written at the top level of a JSON text that JSON.parse has accepted: it silently keeps the last of equal ones. */
function countMembers(json: string): number {
  let depth = 0;
  let members = 0;
  for (const token of json.match(STRUCTURE) ?? []) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ':' && depth === 1) members += 1;
  }
  return members;
}
