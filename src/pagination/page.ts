import { FIRST_PAGE, idBytes, idFrom, openCursor, sealPosition } from './cursor.js';
import { limitOf, type PageQuery } from './page.query.js';

export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

/** Reads up to `limit` items behind the position, in the order of the list. */
type Read<T, Position> = (after: Position, limit: number) => Promise<T[]>;

/** The order of a list. No two items have the same position, and the position of an item never changes. */
export interface Keyset<T, Position> {
  /** The position before all items. */
  readonly first: Position;
  positionOf(item: T): Position;
  toBytes(position: Position): Buffer;
  fromBytes(bytes: Buffer): Position;
}

/**
 * One page of a list, by keyset pagination. One more item than asked for is read, to know whether there is a next page.
 *
 * @param list names the list: whose it is, its filters and its order
 * @throws Problem 400 for a cursor that this list did not give
 */
export async function readKeysetPage<T, Position>(
  list: string,
  query: PageQuery,
  keyset: Keyset<T, Position>,
  read: Read<T, Position>,
): Promise<Page<T>> {
  const limit = limitOf(query);
  const after = query.cursor === undefined ? keyset.first : keyset.fromBytes(openCursor(list, query.cursor));
  const found = await read(after, limit + 1);
  const data = found.slice(0, limit);
  const last = found.length > limit ? data.at(-1) : undefined;
  const nextCursor = last === undefined ? null : sealPosition(list, keyset.toBytes(keyset.positionOf(last)));
  return { data, nextCursor };
}

const NEWEST_FIRST: Keyset<{ readonly id: string }, string> = {
  first: FIRST_PAGE,
  positionOf: ({ id }) => id,
  toBytes: idBytes,
  fromBytes: idFrom,
};

/** One page of a list, newest first: `read` gets items with ids below a given one. Throws as `readKeysetPage` does. */
export const readPage = <T extends { readonly id: string }>(
  list: string,
  query: PageQuery,
  read: Read<T, string>,
): Promise<Page<T>> => readKeysetPage<T, string>(list, query, NEWEST_FIRST, read);
