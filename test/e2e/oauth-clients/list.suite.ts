import { randomUUID } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { TestTenant } from '../../support/registry.js';
import { ClientCalls, expectProblem, MACHINE, NATIVE, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

describe('GET /oauth-clients', () => {
  const { registry } = useRegistry();
  let tenant: TestTenant;
  let calls: ClientCalls;

  beforeAll(async () => {
    ({ tenant, calls } = await project());
  });

  /** A project of one's own, in an organization of its own. */
  async function project() {
    const tenant = await registry.tenant();
    return { tenant, calls: new ClientCalls(registry, tenant, tenant.admin) };
  }

  async function fill(calls: ClientCalls, count: number, prefix = 'client'): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      ids.push((await calls.create({ ...MACHINE, name: `${prefix} ${n}` })).body.id);
    }
    return ids;
  }

  const idsOf = (clients: OAuthClientDto[]): string[] => clients.map(({ id }) => id);

  it('the list answers an empty project with an empty page', async () => {
    const answer = await (await project()).calls.list();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: [], next_cursor: null });
  });

  it('the list answers whole clients, newest first, without their secrets', async () => {
    const { tenant, calls } = await project();
    const created = [await calls.create(WEB), await calls.create(NATIVE), await calls.create(MACHINE)];
    const list = await new ClientCalls(registry, tenant, tenant.viewer).list();
    const expected = created
      .toReversed()
      .map(({ body }) => ({ ...body, client_secret: null, secret_id: null }));
    expect(list.body).toEqual({ data: expected, next_cursor: null });
    expect(list.headers.get('cache-control')).toBe('private, no-cache');
  });

  it('the list answers only what the project has now', async () => {
    const { calls: others } = await project();
    const { calls } = await project();
    const [kept = '', deleted = ''] = await fill(calls, 2);
    await fill(others, 1);
    await calls.delete(deleted);
    expect(idsOf((await calls.list()).body.data)).toEqual([kept]);
  });

  it('the list keeps its order when clients change', async () => {
    const { calls } = await project();
    const ids = await fill(calls, 3);
    await calls.update(ids[0] ?? '', { name: 'Changed last' });
    expect(idsOf((await calls.list()).body.data)).toEqual(ids.toReversed());
  });

  describe('in a project with 23 clients', () => {
    let ids: string[];
    beforeAll(async () => {
      ids = (await fill(calls, 23)).toReversed();
    });

    it.each([
      ['', 20],
      ['?limit=20', 20],
      ['?limit=1', 1],
      ['?limit=22', 22],
    ])('the list of 23 clients answers "%s" with the newest %i and where to go on', async (query, count) => {
      const { status, body } = await calls.list(query);
      expect([status, idsOf(body.data)]).toEqual([200, ids.slice(0, count)]);
      expect(body.next_cursor).toMatch(/^[\w-]{32}$/);
      const rest = await calls.list(`?limit=100&cursor=${body.next_cursor}`);
      expect(idsOf(rest.body.data)).toEqual(ids.slice(count));
      expect(rest.body.next_cursor).toBeNull();
    });

    it.each(['?limit=23', '?limit=24', '?limit=100'])(
      'the list of 23 clients answers "%s" with all, on the last page',
      async (query) => {
        const { body } = await calls.list(query);
        expect([idsOf(body.data), body.next_cursor]).toEqual([ids, null]);
      },
    );

    it.each([
      '0',
      '101',
      '-1',
      'abc',
      '',
      '1.0',
      '1e1',
      '01',
      '+5',
      '%205',
      '5%20',
      '0x10',
      '99999999999',
      '%EF%BC%95',
    ])('the list refuses limit=%s with 400', async (limit) => {
      expectProblem(await calls.list(`?limit=${limit}`), 400, 'bad_request', ['/limit out_of_range']);
    });

    it.each([
      ['a limit given twice', '?limit=5&limit=5', '/limit out_of_range'],
      ['a limit as a list', '?limit[]=5', '/limit[] unknown_member'],
      ['a parameter it does not know', '?limt=5', '/limt unknown_member'],
      ['a cursor given twice', '?cursor=a&cursor=a', '/cursor invalid_type'],
      ['a cursor that is too long', `?cursor=${'a'.repeat(2_081)}`, '/cursor too_long'],
      ['an empty cursor', '?cursor=', '/cursor invalid_cursor'],
      [
        'the id of a client as cursor',
        '?cursor=019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
        '/cursor invalid_cursor',
      ],
    ])('the list refuses %s with 400', async (_, query, violation) => {
      expectProblem(await calls.list(query), 400, 'bad_request', [violation]);
    });

    it('the list refuses all wrong parameters at once', async () => {
      const answer = await calls.list('?limit=0&page=2');
      expectProblem(answer, 400, 'bad_request', ['/page unknown_member', '/limit out_of_range']);
    });

    describe('a cursor', () => {
      let cursor: string;
      beforeAll(async () => {
        cursor = (await calls.list('?limit=5')).body.next_cursor ?? '';
      });

      const expectRefused = async (wrong: string): Promise<void> => {
        const answer = await calls.list(`?cursor=${encodeURIComponent(wrong)}`);
        expectProblem(answer, 400, 'bad_request', ['/cursor invalid_cursor']);
      };

      it('a cursor of the list is good more than once, and with another limit', async () => {
        for (const limit of [3, 3, 7]) {
          const { body } = await calls.list(`?limit=${limit}&cursor=${cursor}`);
          expect(idsOf(body.data)).toEqual(ids.slice(5, 5 + limit));
        }
      });

      it('a cursor of the list is refused for a project of another organization', async () => {
        const { calls: others } = await project();
        await fill(others, 2);
        await expectRefused((await others.list('?limit=1')).body.next_cursor ?? '');
      });

      it('a cursor of the list is refused for another project of the same organization', async () => {
        const project = `/v1/organizations/${tenant.organizationId}/projects/${randomUUID()}`;
        const token = await registry.platform();
        await registry.api.put(project, { token, body: { name: 'Sibling' } });
        const path = `${project}/oauth-clients?cursor=${cursor}`;
        const answer = await registry.api.get(path, { token: tenant.viewer });
        expectProblem(answer, 400, 'bad_request', ['/cursor invalid_cursor']);
      });

      it('a cursor of the list is refused when any of its characters is another', async () => {
        for (const [index, character] of [...cursor].entries()) {
          await expectRefused(
            cursor.slice(0, index) + (character === 'A' ? 'B' : 'A') + cursor.slice(index + 1),
          );
        }
      });

      it('a cursor of the list is refused when it is cut short or has grown', async () => {
        for (const wrong of [cursor.slice(0, -1), cursor.slice(1), cursor.slice(0, 22), `${cursor}A`]) {
          await expectRefused(wrong);
        }
      });

      it('a cursor of the list is refused in any other spelling of the same bytes', async () => {
        const bytes = Buffer.from(cursor, 'base64url');
        const spellings = [`${cursor}=`, `${cursor}\n`, ` ${cursor}`, `${cursor}.`, bytes.toString('hex')];
        for (const wrong of spellings) await expectRefused(wrong);
      });
    });
  });

  it('the list gives every client exactly once while others come and go between the pages', async () => {
    const { calls } = await project();
    const ids = await fill(calls, 30);
    const doomed = new Set(ids.filter((_, index) => index % 3 === 0));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await calls.list(`?limit=4${query}`);
      seen.push(...idsOf(body.data));
      cursor = body.next_cursor;
      await fill(calls, 1, 'newcomer');
      // Among them the client that the cursor stands on, ones seen before and ones to come.
      for (const id of [body.data.at(-1)?.id ?? '', ...[...doomed].slice(0, 2)]) {
        doomed.delete(id);
        await calls.delete(id);
      }
    }
    const survivors = new Set(idsOf((await calls.list('?limit=100')).body.data));
    const stayed = ids.filter((id) => survivors.has(id));
    expect(stayed.length).toBeGreaterThan(5);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(new Set(seen).size).toBe(seen.length);
    expect(stayed.filter((id) => !seen.includes(id))).toEqual([]);
    expect(seen.filter((id) => !ids.includes(id))).toEqual([]);
  });
});
