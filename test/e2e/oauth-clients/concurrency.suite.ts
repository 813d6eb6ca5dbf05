import { createHash } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../../support/api-client.js';
import { aliveSecretsOf, expectProblem, MACHINE, NATIVE, stateOf, WEB, type EventRow } from './support.js';
import { revisionIn } from '../../support/revision.js';
import { useRegistry } from '../../support/use-registry.js';

const ROUNDS = 200;

const revisionOf = ({ headers }: Answer<unknown>): number => revisionIn(headers);
const lastOf = (answers: Answer<OAuthClientDto>[]): Answer<OAuthClientDto> | undefined =>
  answers.toSorted((a, b) => revisionOf(a) - revisionOf(b)).at(-1);
const sorted = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);
const statusesOf = (answers: Answer<unknown>[]): number[] => sorted(answers.map(({ status }) => status));
const revisionsOf = (answers: Answer<unknown>[]): number[] => sorted(answers.map(revisionOf));

describe('Changes of one client at the same time', () => {
  const { registry, calls } = useRegistry();
  let client: OAuthClientDto;
  beforeEach(async () => {
    client = (await calls.create(MACHINE)).body;
  });

  /** No revision is missing or used twice, and replaying the events gives what is stored. */
  async function expectWholeHistory(id: string): Promise<void> {
    const { client: stored, events } = await stateOf(registry, id);
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index + 1));
    expect(stored).toMatchObject({ ...replay(events), revision: events.length });
  }

  function replayed(
    list: unknown,
    { added, removed }: { added: readonly unknown[]; removed: readonly unknown[] },
  ): unknown[] {
    const before = (list ?? []) as unknown[];
    expect(before).toEqual(expect.arrayContaining([...removed]));
    return [...before.filter((item) => !removed.includes(item)), ...added];
  }

  /** Each event must start from what the one before left; the first tells all that is not null or empty. */
  function replay(events: EventRow[]): Record<string, unknown> {
    const state: Record<string, unknown> = {};
    for (const { changes } of events) {
      for (const [member, change] of Object.entries(changes)) {
        if ('added' in change) state[member] = replayed(state[member], change);
        else if ('from' in change) {
          expect({ [member]: change.from }).toEqual({ [member]: state[member] ?? null });
          state[member] = change.to;
        }
      }
    }
    return state;
  }

  /**
   * Makes two writes race for certain: the row is locked until both have read it and wait to write, the first in front. The
   * database is the test's own, so nobody else waits in it.
   */
  async function racing<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<[T, T]> {
    const holder = await registry.database.connect();
    try {
      await holder.query('begin');
      await holder.query('select from oauth_clients where id = $1 for update', [client.id]);
      const leader = first();
      await waitingOr(1, leader);
      const follower = second();
      await waitingOr(2, follower);
      await holder.query('commit');
      return await Promise.all([leader, follower]);
    } finally {
      holder.release(true);
    }
  }

  /** Returns when this many wait for a lock. An answer that did not wait for one ends the wait too. */
  async function waitingOr(count: number, answer: Promise<unknown>): Promise<void> {
    let answered = false;
    const end = (): void => void (answered = true);
    answer.then(end, end);
    while (!answered && (await waiting()) < count);
    expect(answered).toBe(false);
  }

  async function waiting(): Promise<number> {
    const { rows } = await registry.database.query<{ count: string }>(`
      select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    return Number(rows[0]?.count);
  }

  describe('two PATCHes of different members', () => {
    it('two PATCHes of different members both survive when both have read before either writes', async () => {
      const answers = await racing(
        () => calls.update(client.id, { name: 'New' }),
        () => calls.update(client.id, { description: 'New' }),
      );
      expect(statusesOf(answers)).toEqual([200, 200]);
      expect(revisionsOf(answers)).toEqual([2, 3]);
      expect((await calls.get(client.id)).body).toMatchObject({ name: 'New', description: 'New' });
      await expectWholeHistory(client.id);
    });

    it(`two PATCHes of different members at the same time both survive in ${ROUNDS} rounds`, async () => {
      for (let round = 1; round <= ROUNDS; round++) {
        const [name, description] = [`name ${round}`, `description ${round}`];
        const answers = await Promise.all([
          calls.update(client.id, { name }),
          calls.update(client.id, { description }),
        ]);
        expect(statusesOf(answers)).toEqual([200, 200]);
        expect(revisionsOf(answers)).toEqual([2 * round, 2 * round + 1]);
        expect(lastOf(answers)?.body).toMatchObject({ name, description });
      }
      await expectWholeHistory(client.id);
    });
  });

  describe('two PATCHes with the same If-Match', () => {
    it('two PATCHes with one If-Match are one 200 and one 412 when both have read before either writes', async () => {
      const answers = await racing(
        () => calls.update(client.id, { name: 'New' }, { 'if-match': '"1"' }),
        () => calls.update(client.id, { description: 'New' }, { 'if-match': '"1"' }),
      );
      expect(statusesOf(answers)).toEqual([200, 412]);
      await expectWholeHistory(client.id);
    });

    it(`two PATCHes with one If-Match are one 200 and one 412 in ${ROUNDS} rounds, and the 200 is what is stored`, async () => {
      for (let round = 1; round <= ROUNDS; round++) {
        const tag = { 'if-match': `"${round}"` };
        const answers = await Promise.all(
          ['one', 'two'].map((name) => calls.update(client.id, { name: `${name} ${round}` }, tag)),
        );
        const [won, lost] = answers.toSorted((a, b) => a.status - b.status);
        expect([won?.status, lost?.status]).toEqual([200, 412]);
        expect(revisionsOf(answers)).toEqual([round + 1, round + 1]);
        const { rows } = await registry.database.query('select name from oauth_clients where id = $1', [
          client.id,
        ]);
        expect(rows).toEqual([{ name: won?.body.name }]);
      }
      await expectWholeHistory(client.id);
    });
  });

  it('25 PATCHes of one client at once are all done, one after the other', async () => {
    const names = Array.from({ length: 25 }, (_, n) => `name ${n}`);
    const answers = await Promise.all(names.map((name) => calls.update(client.id, { name })));
    expect(statusesOf(answers)).toEqual(names.map(() => 200));
    expect(revisionsOf(answers)).toEqual(names.map((_, n) => n + 2));
    expect((await calls.get(client.id)).body.name).toBe(lastOf(answers)?.body.name);
    await expectWholeHistory(client.id);
  });

  it('two PATCHes to the same value at the same time are one change', async () => {
    const update = () => calls.update(client.id, { name: 'New' });
    const answers = await racing(update, update);
    expect(statusesOf(answers)).toEqual([200, 200]);
    expect(revisionsOf(answers)).toEqual([2, 2]);
    await expectWholeHistory(client.id);
  });

  it('two PATCHes that are fine alone and break a rule together: the later one is refused', async () => {
    client = (await calls.create({ ...WEB, pkce_required: true })).body;
    const [first, second] = await racing(
      () => calls.update(client.id, { pkce_required: false }),
      () => calls.update(client.id, { pkce_challenge_method: 'plain' }),
    );
    expect(first.status).toBe(200);
    expectProblem(second, 422, 'validation_failed', [
      '/pkce_challenge_method pkce_challenge_method_not_applicable',
    ]);
    await expectWholeHistory(client.id);
  });

  it('two DELETEs of one client at the same time are one 204 and one 404', async () => {
    const remove = () => calls.delete(client.id);
    expect(statusesOf(await racing(remove, remove))).toEqual([204, 404]);
    await expectWholeHistory(client.id);
  });

  describe('a PATCH and a DELETE', () => {
    const update = (headers?: Record<string, string>) => (): Promise<Answer<unknown>> =>
      calls.update(client.id, { name: 'New' }, headers);
    const remove = (headers?: Record<string, string>) => (): Promise<Answer<unknown>> =>
      calls.delete(client.id, headers);
    const tag = { 'if-match': '"1"' };

    it.each([
      ['are both done, the PATCH first', update(), remove(), [200, 204]],
      ['are a 404 for the PATCH that is second', remove(), update(), [204, 404]],
      ['with one If-Match are a 412 for the DELETE that is second', update(tag), remove(tag), [200, 412]],
      ['with one If-Match are a 404 for the PATCH that is second', remove(tag), update(tag), [204, 404]],
    ])('a PATCH and a DELETE at the same time %s', async (_, first, second, statuses) => {
      const answers = await racing(first, second);
      expect(answers.map(({ status }) => status)).toEqual(statuses);
      const isDeleted = statuses.includes(204);
      expect((await calls.get(client.id)).status).toBe(isDeleted ? 404 : 200);
      expect(await aliveSecretsOf(registry, client.id)).toHaveLength(isDeleted ? 0 : 1);
      await expectWholeHistory(client.id);
    });
  });

  it('two rotations at the same time leave exactly one live secret: that of the later answer', async () => {
    const rotate = () => calls.rotate(client.id);
    const answers = await racing(rotate, rotate);
    expect(statusesOf(answers)).toEqual([201, 201]);
    const alive = await aliveSecretsOf(registry, client.id);
    const hash = createHash('sha256')
      .update(lastOf(answers)?.body.client_secret ?? '')
      .digest();
    expect(alive.map((secret) => secret.hash)).toEqual([hash]);
    await expectWholeHistory(client.id);
  });

  describe('a rotation and a change to none', () => {
    const rotate = () => calls.rotate(client.id);
    const change = () => calls.update(client.id, { token_endpoint_auth_method: 'none' });

    it.each([
      ['are both done, the rotation first', rotate, change, [201, 200]],
      ['are a 409 for the rotation that is second', change, rotate, [200, 409]],
    ])(
      'a rotation and a change to none at the same time %s, and leave no live secret',
      async (_, first, second, statuses) => {
        client = (await calls.create(WEB)).body;
        const answers = await racing(first, second);
        expect(answers.map(({ status }) => status)).toEqual(statuses);
        expect(await aliveSecretsOf(registry, client.id)).toEqual([]);
        await expectWholeHistory(client.id);
      },
    );
  });

  it('two changes from none to a secret method at the same time give one secret, to the one that was first', async () => {
    client = (await calls.create({ ...NATIVE, redirect_uris: WEB.redirect_uris })).body;
    const change = () => calls.update(client.id, { token_endpoint_auth_method: 'client_secret_basic' });
    const [first, second] = await racing(change, change);
    expect(second.body.client_secret).toBeNull();
    const alive = await aliveSecretsOf(registry, client.id);
    expect(alive.map(({ last_four }) => last_four)).toEqual([first.body.client_secret?.slice(-4)]);
  });
});
