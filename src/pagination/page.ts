import { readCursor, writeCursor, FIRST_PAGE } from './cursor.js';
import { limitOf, type PageQuery } from './page.query.js';

export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

/** Reads up to `limit` items with ids below `before`, newest first. */
type Read<T> = (before: string, limit: number) => Promise<T[]>;

/** One page of a list by descending id (keyset). One more than asked for is read, to know whether there is a next page. */
export async function readPage<T extends { id: string }>(
  ownerId: string,
  query: PageQuery,
  read: Read<T>,
): Promise<Page<T>> {
  const limit = limitOf(query);
  const before = query.cursor === undefined ? FIRST_PAGE : readCursor(ownerId, query.cursor);
  const found = await read(before, limit + 1);
  const data = found.slice(0, limit);
  const last = found.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last ? writeCursor(ownerId, last.id) : null };
}
