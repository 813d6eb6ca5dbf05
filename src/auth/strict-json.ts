import { isObject, type JsonObject } from '../lib/json.js';
import { parseStrictJson, StrictJsonError } from '../lib/strict-json.js';
import { TokenRefused } from './token-refused.js';

/**
 * Reads a JOSE header or a claims set: one strict JSON object (RFC 7515, section 4; RFC 7519, section 4). Members of nested
 * objects are not compared: nothing reads them.
 *
 * @throws TokenRefused otherwise
 */
export function parseJsonObject(bytes: Buffer): JsonObject {
  const value = parse(bytes);
  if (!isObject(value)) throw new TokenRefused('not_a_json_object');
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new TokenRefused(error.fault === 'duplicate_member' ? 'duplicate_member' : 'not_a_json_object');
  }
}
