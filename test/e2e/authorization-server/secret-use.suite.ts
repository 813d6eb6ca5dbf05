import * as oidc from 'openid-client';
import { ClientApp, errorOf } from '../../flows/support.js';
import { useRegistry } from '../../support/use-registry.js';

describe('the last use of a secret', () => {
  const { registry, tenant } = useRegistry();

  const register = (): Promise<ClientApp> =>
    ClientApp.register(registry, tenant, {
      name: 'Export',
      grant_types: ['client_credentials'],
      redirect_uris: null,
    });

  const use = ({ config }: ClientApp): Promise<string> => errorOf(oidc.clientCredentialsGrant(config));

  const SECRETS = 'from oauth_client_secrets where oauth_client_id = $1';

  async function lastUses({ registered }: ClientApp): Promise<(Date | null)[]> {
    const { rows } = await registry.database.query<{ at: Date | null }>(
      `select last_used_at as at ${SECRETS} order by id`,
      [registered.id],
    );
    return rows.map(({ at }) => at);
  }

  /** Nothing waits for the note, so a test has to ask until it is there. */
  async function notedUse(app: ClientApp, index: number): Promise<Date> {
    for (;;) {
      const at = (await lastUses(app))[index];
      if (at) return at;
    }
  }

  it('the last use of a secret is kept for the secret that was used', async () => {
    const app = await register();
    expect(await lastUses(app)).toEqual([null]);
    await use(app);
    const first = await notedUse(app, 0);
    const rotated = await app.authenticatingWith(oidc.ClientSecretBasic(await app.rotateSecret()));
    await oidc.clientCredentialsGrant(rotated);

    expect((await notedUse(app, 1)).getTime()).toBeGreaterThanOrEqual(first.getTime());
    expect((await lastUses(app))[0]).toEqual(first);
  });

  it('the last use of a secret is not kept for a wrong secret', async () => {
    const app = await register();
    const wrong = await app.authenticatingWith(oidc.ClientSecretBasic('wrong'));
    expect(await errorOf(oidc.clientCredentialsGrant(wrong))).toBe('invalid_client');

    expect(await lastUses(app)).toEqual([null]);
  });

  it('the last use of a secret is written again only after a minute', async () => {
    const app = await register();
    const set = `update oauth_client_secrets set last_used_at = now() - $2::interval where oauth_client_id = $1`;
    await registry.database.query(set, [app.registered.id, '50 seconds']);
    const [recent] = await lastUses(app);
    await use(app);
    expect(await lastUses(app)).toEqual([recent]);
    await registry.database.query(set, [app.registered.id, '61 seconds']);
    const [old] = await lastUses(app);
    await use(app);

    while (String((await lastUses(app))[0]) === String(old));
    expect((await lastUses(app))[0]?.getTime()).toBeGreaterThan(recent?.getTime() ?? Infinity);
  });

  it('the last use of a secret fails no token where it cannot be noted', async () => {
    const app = await register();
    await registry.database.query(`
      create function refuse_notes() returns trigger language plpgsql as $$ begin raise exception 'no notes'; end $$`);
    await registry.database.query(`
      create trigger tr_no_notes before update on oauth_client_secrets for each row execute function refuse_notes()`);
    const outcomes = [await use(app), await use(app)];
    await registry.database.query('drop function refuse_notes cascade');

    expect(outcomes).toEqual(['none', 'none']);
    expect(await use(app)).toBe('none');
    await notedUse(app, 0);
  });

  it('the last use of a secret is shown with the client and in the list of its secrets', async () => {
    const app = await register();
    await use(app);
    const at = (await notedUse(app, 0)).toISOString();
    const { token, path } = { token: tenant.viewer, path: `${tenant.client(app.registered.id)}/secrets` };
    const list = await registry.api.get<{ data: object[] }>(path, { token });

    expect(await app.read()).toMatchObject({ last_used_at: at, last_refused_at: null });
    expect(list.body.data).toMatchObject([{ id: app.registered.secret_id, last_used_at: at }]);
  });

  it('the last use of a secret is told apart from a refusal, of a wrong secret or of one that has ended', async () => {
    const app = await register();
    const refusedAt = async (): Promise<string> => {
      for (;;) {
        const { last_refused_at } = await app.read();
        if (last_refused_at !== null) return last_refused_at;
      }
    };
    const wrong = await app.authenticatingWith(oidc.ClientSecretBasic('wrong'));
    await errorOf(oidc.clientCredentialsGrant(wrong));
    const first = await refusedAt();
    await registry.database.query('update oauth_clients set last_refused_at = null where id = $1', [
      app.registered.id,
    ]);
    await app.rotateSecret();
    expect(await use(app)).toBe('invalid_client');

    expect(Date.parse(await refusedAt())).toBeGreaterThanOrEqual(Date.parse(first));
    expect((await app.read()).last_used_at).toBeNull();
  });

  it('the note of the last use of a secret never holds up a token', async () => {
    const app = await register();
    const other = await registry.database.connect();
    await other.query('begin');
    await other.query(`select ${SECRETS} for update`, [app.registered.id]);

    expect(await use(app)).toBe('none');
    expect(await lastUses(app)).toEqual([null]);
    await other.query('rollback');
    other.release();
    await notedUse(app, 0);
  });
});
