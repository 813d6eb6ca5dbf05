import { isUtf8 } from 'node:buffer';
import { structureOf } from './json-structure.js';
import { isObject, parseJson } from './json.js';

/** Why bytes are no strict JSON. They are examined in this order, and the first fault is told. */
export type JsonFault = 'not_utf8' | 'not_json' | 'too_deep' | 'duplicate_member';

export class StrictJsonError extends Error {
  constructor(readonly fault: JsonFault) {
    super(fault);
  }
}

/**
 * The value of a JSON text (RFC 8259) that every reader reads the same way: valid UTF-8 without a byte order mark, and in
 * the outermost object no member twice. Members of nested objects are not compared.
 *
 * @param maxDepth levels of nested objects and lists that are taken
 * @throws StrictJsonError otherwise
 */
export function parseStrictJson(bytes: Buffer, maxDepth = Infinity): unknown {
  if (!isUtf8(bytes)) throw new StrictJsonError('not_utf8');
  const text = bytes.toString('utf8');
  const value = parseJson(text);
  if (value === undefined) throw new StrictJsonError('not_json');
  const { depth, members } = structureOf(text);
  if (depth > maxDepth) throw new StrictJsonError('too_deep');
  if (isObject(value) && Object.keys(value).length !== members) throw new StrictJsonError('duplicate_member');
  return value;
}
