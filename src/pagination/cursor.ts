import { createHash } from 'node:crypto';
import { parse, stringify } from 'uuid';
import { Problem } from '../problem-details/problem.js';

/** Above every id. */
export const FIRST_PAGE = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Below every id. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

const ID_BYTES = 16;
const SEAL_BYTES = 8;

/**
 * A cursor: the position where a list goes on, sealed with the list it belongs to (whose it is, with its filters and order). The
 * seal tells a damaged cursor or one of another list from a good one; it guards no secret, since every page is read in its
 * tenant.
 */
export function sealPosition(list: string, position: Buffer): string {
  return Buffer.concat([position, seal(list, position)]).toString('base64url');
}

/** The position that the cursor holds. Throws 400 for anything that `sealPosition` did not make for this list. */
export function openCursor(list: string, cursor: string): Buffer {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(0, -SEAL_BYTES);
  const isOurs =
    bytes.length > SEAL_BYTES &&
    bytes.equals(Buffer.concat([position, seal(list, position)])) &&
    bytes.toString('base64url') === cursor;
  if (!isOurs) throw invalidCursor();
  return position;
}

export const idBytes = (id: string): Buffer => Buffer.from(parse(id));

/** The id that the bytes begin with, and what comes after it. */
export const idFrom = (bytes: Buffer): string => stringify(bytes.subarray(0, ID_BYTES));
export const afterId = (bytes: Buffer): Buffer => bytes.subarray(ID_BYTES);

const invalidCursor = (): Problem =>
  new Problem(
    'bad_request',
    'The cursor was not given by this list with these filters and this order. Start without a cursor.',
    {
      errors: [
        {
          pointer: '/cursor',
          code: 'invalid_cursor',
          detail: 'Send next_cursor exactly as it was given, with the same filters and order.',
        },
      ],
    },
  );

const seal = (list: string, position: Buffer): Buffer =>
  createHash('sha256').update(list).update(position).digest().subarray(0, SEAL_BYTES);
