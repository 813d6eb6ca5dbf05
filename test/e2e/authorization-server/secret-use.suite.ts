import * as oidc from 'openid-client';
import { ClientApp, errorOf } from '../../flows/support.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

describe('the last use of a secret', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

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

  it('is kept for the secret that was used', async () => {
    const app = await register();
    expect(await lastUses(app)).toEqual([null]);
    await use(app);
    const first = await notedUse(app, 0);
    const rotated = await app.authenticatingWith(oidc.ClientSecretBasic(await app.rotateSecret()));
    await oidc.clientCredentialsGrant(rotated);

    expect((await notedUse(app, 1)).getTime()).toBeGreaterThanOrEqual(first.getTime());
    expect((await lastUses(app))[0]).toEqual(first);
  });

  it('is not kept for a wrong secret', async () => {
    const app = await register();
    const wrong = await app.authenticatingWith(oidc.ClientSecretBasic('wrong'));
    expect(await errorOf(oidc.clientCredentialsGrant(wrong))).toBe('invalid_client');

    expect(await lastUses(app)).toEqual([null]);
  });

  it('is written again only after a minute', async () => {
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

  it('never holds up a token', async () => {
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
