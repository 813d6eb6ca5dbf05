import { createHash } from 'node:crypto';
import { parse, stringify } from 'uuid';
import { Problem } from '../problem-details/problem.js';

/** Above every id. */
export const FIRST_PAGE = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const ID_BYTES = 16;
const SEAL_BYTES = 8;

/**
 * Where a list goes on: the last id of the page before, sealed with the list it belongs to (the owner's id). The seal tells
 * a damaged cursor or one of another tenant from a good one; it guards no secret, since every page is read in its tenant.
 */
export function writeCursor(ownerId: string, lastId: string): string {
  const id = Buffer.from(parse(lastId));
  return Buffer.concat([id, seal(ownerId, id)]).toString('base64url');
}

/** The id that the cursor holds. Throws 400 for anything that `writeCursor` did not make for this owner. */
export function readCursor(ownerId: string, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const id = bytes.subarray(0, ID_BYTES);
  const expected = Buffer.concat([id, seal(ownerId, id)]);
  if (
    bytes.length !== ID_BYTES + SEAL_BYTES ||
    !bytes.equals(expected) ||
    bytes.toString('base64url') !== cursor
  ) {
    throw new Problem('bad_request', 'The cursor is not one that this list gave. Start without a cursor.', {
      errors: [
        { pointer: '/cursor', code: 'invalid_cursor', detail: 'Send next_cursor exactly as it was given.' },
      ],
    });
  }
  return stringify(id);
}

const seal = (ownerId: string, id: Buffer): Buffer =>
  createHash('sha256').update(ownerId).update(id).digest().subarray(0, SEAL_BYTES);
