import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { FIRST_PAGE, idBytes, idFrom, openCursor, sealPosition } from '../../../src/pagination/cursor.js';
import { readPage } from '../../../src/pagination/page.js';
import { Problem } from '../../../src/problem-details/problem.js';

const OWNER = '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f';
const ID = '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f';

function expectRefused(owner: string, cursor: string): void {
  const errors = [expect.objectContaining({ pointer: '/cursor', code: 'invalid_cursor' })];
  const refusal = expect.objectContaining({ code: 'bad_request', errors }) as Error;
  expect(() => readCursor(owner, cursor)).toThrow(refusal);
}

const writeCursor = (owner: string, id: string): string => sealPosition(owner, idBytes(id));
const readCursor = (owner: string, cursor: string): string => idFrom(openCursor(owner, cursor));

describe('a cursor', () => {
  it('a cursor gives back the id it was written from, for the same owner', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (id, owner) => {
        expect(readCursor(owner, writeCursor(owner, id))).toBe(id);
      }),
    );
  });

  it('a cursor is safe in a query and does not spell the id out', () => {
    expect(writeCursor(OWNER, ID)).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(writeCursor(OWNER, ID)).not.toContain(ID);
  });

  it('a cursor is refused for another owner', () => {
    expectRefused(randomUUID(), writeCursor(OWNER, ID));
  });

  it('a cursor is refused with any one character changed', () => {
    const cursor = writeCursor(OWNER, ID);
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      expectRefused(OWNER, cursor.slice(0, at) + other + cursor.slice(at + 1));
    }
  });

  it.each(['', 'a', ID, 'A'.repeat(32), 'A'.repeat(10_000), '\0', '!!!!', '%00', '🙂', 'null'])(
    'a cursor is refused when nobody wrote it: %j',
    (cursor) => {
      expectRefused(OWNER, cursor);
    },
  );

  it('a cursor has one spelling', () => {
    const cursor = writeCursor(OWNER, ID);
    for (const other of [`${cursor}=`, `${cursor}A`, ` ${cursor}`, cursor.slice(0, -1), `${cursor}\n`]) {
      expectRefused(OWNER, other);
    }
  });
});

describe('readPage', () => {
  const ids = Array.from({ length: 7 }, () => randomUUID())
    .toSorted()
    .toReversed();
  const rows = ids.map((id) => ({ id }));
  const read = (before: string, limit: number) =>
    Promise.resolve(rows.filter(({ id }) => id < before).slice(0, limit));

  it.each([1, 2, 3, 6, 7, 8, 100])(
    'paging visits every item once, newest first, %d at a time',
    async (limit) => {
      const seen: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await readPage(OWNER, { limit: String(limit), ...(cursor && { cursor }) }, read);
        expect(page.data.length).toBeLessThanOrEqual(limit);
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen).toEqual(ids);
    },
  );

  it('the last page has no next page when it is just full', async () => {
    expect((await readPage(OWNER, { limit: '7' }, read)).nextCursor).toBeNull();
  });

  it('a page is read as 20 items and one more unless told otherwise, from above every id', async () => {
    const asked: unknown[] = [];
    await readPage(OWNER, {}, (...question) => {
      asked.push(question);
      return Promise.resolve([]);
    });
    expect(asked).toEqual([[FIRST_PAGE, 21]]);
    expect(FIRST_PAGE > 'f47ac10b-58cc-8372-bfff-0e02b2c3d479').toBe(true);
  });

  it('a page reads nothing for a cursor of another list', async () => {
    const never = () => Promise.reject(new Error('was read'));
    await expect(readPage(OWNER, { cursor: writeCursor(ID, ID) }, never)).rejects.toBeInstanceOf(Problem);
  });
});
