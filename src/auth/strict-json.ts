import { isUtf8 } from 'node:buffer';
import { structureOf } from '../lib/json-structure.js';
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
  if (structureOf(text).members !== Object.keys(value).length) throw new TokenRefused('duplicate_member');
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
