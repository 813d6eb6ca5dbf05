import { isObject, type JsonObject } from '../lib/json.js';
import { parseStrictJson, StrictJsonError } from '../lib/strict-json.js';
import { InvalidToken } from './invalid-token.js';

/**
 * Reads a JOSE header or a claims set: one strict JSON object (RFC 7515, section 4; RFC 7519, section 4). Members of nested
 * objects are not compared: nothing reads them.
 *
 * @throws InvalidToken otherwise
 */
export function parseJsonObject(bytes: Buffer): JsonObject {
  const value = parse(bytes);
  if (!isObject(value)) throw new InvalidToken('not_a_json_object');
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new InvalidToken(error.fault === 'duplicate_member' ? 'duplicate_member' : 'not_a_json_object');
  }
}
