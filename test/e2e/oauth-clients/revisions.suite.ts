import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { age, expectProblem, MACHINE, stateOf } from './support.js';
import { revisionIn } from '../../support/revision.js';
import { useRegistry } from '../../support/use-registry.js';

describe('Revisions of a client', () => {
  const { registry, tenant, calls } = useRegistry();

  /** A client at revision 3. */
  async function clientAtRevision3(): Promise<OAuthClientDto> {
    const { body } = await calls.create(MACHINE);
    await calls.update(body.id, { name: 'Second' });
    return (await calls.update(body.id, { name: 'Third' })).body;
  }

  it('the revision of a client is told in the ETag of every answer with one client', async () => {
    const created = await calls.create(MACHINE);
    const { id } = created.body;
    const answers = [
      created,
      await calls.get(id),
      await calls.update(id, { name: 'New' }),
      await calls.update(id, { name: 'New' }),
      await calls.rotate(id),
      await calls.get(id),
    ];
    expect(answers.map(({ headers }) => revisionIn(headers))).toEqual([1, 1, 2, 2, 3, 3]);
    // The answer that shows the secret has the tag of what is read afterwards.
    const tags = answers.map(({ headers }) => headers.get('etag'));
    expect([tags[0], tags[2], tags[4]]).toEqual([tags[1], tags[3], tags[5]]);
  });

  const WRITES = [
    {
      call: 'PATCH',
      status: 200,
      write: (id: string, tag: string) => calls.update(id, { name: 'New' }, { 'if-match': tag }),
    },
    {
      call: 'DELETE',
      status: 204,
      write: (id: string, tag: string) => calls.delete(id, { 'if-match': tag }),
    },
    {
      call: 'POST secrets',
      status: 201,
      write: (id: string, tag: string) => calls.rotate(id, { 'if-match': tag }),
    },
  ];

  describe.each(WRITES)('with If-Match on $call', ({ status, write }) => {
    it.each([
      '"3"',
      '"3.AAAAAAAAAAAAAAAA"',
      '*',
      ' * ',
      '"1", "3"',
      '"3","2"',
      'W/"3", "3"',
      '"x", W/"y", "3"',
      '"a,b", "3"',
      ', "3",, "é" ,',
    ])('a write goes on from the revision that its If-Match names: %s', async (tag) => {
      const { id } = await clientAtRevision3();
      expect(await write(id, tag)).toMatchObject({ status });
      expect((await stateOf(registry, id)).client).toMatchObject({ revision: 4 });
    });

    it.each([
      ['an older one', '"2"'],
      ['one to come', '"4"'],
      ['a list without it', '"1", "2"'],
      ['a weak tag, which never matches here (RFC 9110, section 13.1.1)', 'W/"3"'],
      ['another spelling', '"03"'],
      ['an empty tag', '""'],
      ['a star in quotes', '"*"'],
      ['one tag with a comma', '"2,3"'],
      ['one tag with a comma, in which tags seem to be', '"a,b"'],
      ['a digest alone', '".AAAAAAAAAAAAAAAA"'],
    ])('a write whose If-Match names another revision is 412 and changes nothing: %s', async (_, tag) => {
      const { id } = await clientAtRevision3();
      const before = await stateOf(registry, id);
      const answer = await write(id, tag);
      expectProblem(answer, 412, 'precondition_failed');
      expect(revisionIn(answer.headers)).toBe(3);
      expect(await stateOf(registry, id)).toEqual(before);
    });

    it.each(['3', '"3', '3"', "'3'", 'w/"3"', 'W/3', '"3" "2"', '"3", 2', '*, "3"', '"3"; "2"', ''])(
      'a write whose If-Match cannot be read changes nothing: %j is 400',
      async (tag) => {
        const { id } = await clientAtRevision3();
        const before = await stateOf(registry, id);
        expectProblem(await write(id, tag), 400, 'bad_request');
        expect(await stateOf(registry, id)).toEqual(before);
      },
    );
  });

  describe('with If-None-Match', () => {
    const read = (id: string, headers: Record<string, string>) =>
      registry.api.get<OAuthClientDto>(tenant.client(id), { token: tenant.viewer, headers });
    const tagOf = async (id: string) => String((await calls.get(id)).headers.get('etag'));

    it.each<[string, (tag: string) => string]>([
      ['the tag itself', (tag) => tag],
      ['the tag as a weak one', (tag) => `W/${tag}`],
      ['a list with the tag', (tag) => `"x,y", ${tag}, "1"`],
      ['any', () => '*'],
    ])('GET with If-None-Match answers 304 without a body to %s', async (_, header) => {
      const { id } = await clientAtRevision3();
      const tag = await tagOf(id);
      const answer = await read(id, { 'if-none-match': header(tag) });
      expect([answer.status, answer.text]).toEqual([304, '']);
      expect(answer.headers.get('etag')).toBe(tag);
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect(answer.headers.get('content-type')).toBeNull();
      const path = tenant.client(id);
      const options = { token: tenant.viewer, headers: { 'if-none-match': header(tag) } };
      expect((await registry.api.call('HEAD', path, options)).status).toBe(304);
    });

    it.each(['"3"', '"3.AAAAAAAAAAAAAAAA"', '"x"', 'W/"3"'])(
      'GET with If-None-Match answers in full to %s',
      async (header) => {
        const { id } = await clientAtRevision3();
        const answer = await read(id, { 'if-none-match': header });
        expect([answer.status, answer.body.id]).toEqual([200, id]);
      },
    );

    it.each(['3', '"3', '*, "3"', '"3" "2"', ''])(
      'GET with If-None-Match answers 400 to %j',
      async (header) => {
        const { id } = await clientAtRevision3();
        expectProblem(await read(id, { 'if-none-match': header }), 400, 'bad_request');
      },
    );

    it('GET answers 412 when If-Match names another revision, whatever If-None-Match says', async () => {
      const { id } = await clientAtRevision3();
      const tag = await tagOf(id);
      expectProblem(await read(id, { 'if-match': '"2"', 'if-none-match': tag }), 412, 'precondition_failed');
      expect((await read(id, { 'if-match': '"3"', 'if-none-match': tag })).status).toBe(304);
    });

    it('a write with If-None-Match is 412 when the client is in that state, and is done when it is not', async () => {
      const { id } = await clientAtRevision3();
      const header = { 'if-none-match': await tagOf(id) };
      const before = await stateOf(registry, id);
      expectProblem(await calls.update(id, { name: 'New' }, header), 412, 'precondition_failed');
      expectProblem(await calls.rotate(id, { 'if-none-match': '*' }), 412, 'precondition_failed');
      expectProblem(await calls.delete(id, header), 412, 'precondition_failed');
      expect(await stateOf(registry, id)).toEqual(before);
      expect((await calls.update(id, { name: 'New' }, { 'if-none-match': '"1"' })).status).toBe(200);
      expect((await calls.delete(id, header)).status).toBe(204);
    });

    it('If-None-Match notices what changes by itself in a client, for which If-Match goes on', async () => {
      const { id } = await clientAtRevision3();
      const tag = await tagOf(id);
      await registry.database.query('update oauth_clients set synced_revision = 2 where id = $1', [id]);
      const answer = await read(id, { 'if-none-match': tag });
      expect([answer.status, answer.body.sync_status]).toEqual([200, 'pending']);
      expect(answer.headers.get('etag')).not.toBe(tag);
      expect((await calls.update(id, { name: 'New' }, { 'if-match': tag })).status).toBe(200);
    });
  });

  it.each([
    ['If-Unmodified-Since', 'if-match', '"3"'],
    ['If-Modified-Since', 'if-none-match', '"1"'],
  ])(
    'a write with %s is told to compare the ETag, beside which the date does not count',
    async (date, tag, value) => {
      const { id } = await clientAtRevision3();
      const before = await stateOf(registry, id);
      const headers = { [date]: 'Sat, 01 Jan 2000 00:00:00 GMT' };
      const refused = await calls.update(id, { name: 'New' }, headers);
      expectProblem(refused, 400, 'bad_request');
      expect(refused.body).toMatchObject({ detail: expect.stringContaining('If-Match') as string });
      expect(await stateOf(registry, id)).toEqual(before);
      expect((await calls.update(id, { name: 'New' }, { ...headers, [tag]: value })).status).toBe(200);
    },
  );

  it('revisions are compared before the rules: 412 for a change that would also be refused', async () => {
    const { id } = await clientAtRevision3();
    expectProblem(
      await calls.update(id, { pkce_required: true }, { 'if-match': '"2"' }),
      412,
      'precondition_failed',
    );
  });

  it('revisions are compared even for a change that would change nothing', async () => {
    const { id } = await clientAtRevision3();
    expectProblem(await calls.update(id, {}, { 'if-match': '"2"' }), 412, 'precondition_failed');
    expect(await calls.update(id, {}, { 'if-match': '"3"' })).toMatchObject({ status: 200 });
  });

  it('"modified" moves with the revision of a client, and with nothing else', async () => {
    const { id, created } = await clientAtRevision3();
    const modified = await age(registry, id);
    expect((await calls.update(id, { name: 'Third' })).body).toMatchObject({ created, modified });
    expect((await calls.get(id)).body).toMatchObject({ created, modified });
    const changed = await calls.update(id, { name: 'Fourth' });
    expect(changed.body.modified > modified).toBe(true);
    await age(registry, id);
    const rotated = await calls.rotate(id);
    expect(rotated.body.modified > modified).toBe(true);
    expect(rotated.body.created).toBe(created);
  });

  describe('when the client is deleted', () => {
    let id: string;
    beforeAll(async () => {
      ({ id } = await clientAtRevision3());
      const answer = await calls.delete(id);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(answer.headers.get('content-type')).toBeNull();
    });

    it.each([
      ['GET', () => calls.get(id)],
      ['PATCH', () => calls.update(id, { name: 'New' })],
      ['PATCH with any If-Match', () => calls.update(id, { name: 'New' }, { 'if-match': '*' })],
      ['DELETE again', () => calls.delete(id)],
      ['DELETE again with the old If-Match', () => calls.delete(id, { 'if-match': '"3"' })],
      ['POST secrets', () => calls.rotate(id)],
    ])('%s answers 404 for a deleted client and leaves it as it is', async (_, call) => {
      const before = await stateOf(registry, id);
      expectProblem(await call(), 404, 'not_found');
      expect(await stateOf(registry, id)).toEqual(before);
    });

    it('a deleted client is not listed', async () => {
      const { body } = await calls.list('?limit=100');
      expect(body.data.map((client) => client.id)).not.toContain(id);
    });

    it('a deleted client keeps its row, at a revision of its own, with its secret ended', async () => {
      const { client, secrets } = await stateOf(registry, id);
      expect(client).toMatchObject({ revision: 4, deleted_at: expect.any(Date) as Date });
      expect(secrets).toEqual([expect.objectContaining({ revoked_at: expect.any(Date) as Date })]);
    });
  });

  it.each(['00000000-0000-0000-0000-000000000000', '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f', 'x', '1'])(
    'an id that names nothing is 404 for every call: %s',
    async (id) => {
      expectProblem(await calls.get(id), 404, 'not_found');
      expectProblem(await calls.update(id, { name: 'New' }), 404, 'not_found');
      expectProblem(await calls.delete(id), 404, 'not_found');
      expectProblem(await calls.rotate(id), 404, 'not_found');
    },
  );

  it('a client is not found by its client_id, nor by its id in another spelling', async () => {
    const { id, client_id } = await clientAtRevision3();
    for (const name of [client_id, id.toUpperCase(), `{${id}}`, id.replaceAll('-', '')]) {
      expectProblem(await calls.get(name), 404, 'not_found');
    }
  });
});
