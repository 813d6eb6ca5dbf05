import { randomUUID } from 'node:crypto';
import * as oidc from 'openid-client';
import { ArtifactCleanup } from '../../../src/embedded-server/artifact-cleanup.js';
import { expectPage, expectRedirect } from '../../flows/browser.js';
import { ADA, ClientApp, errorOf, sayYes } from '../../flows/support.js';
import { TestRegistry } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

const WEB = {
  name: 'Shop',
  grant_types: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'offline_access'],
};

describe('what the embedded authorization server remembers', () => {
  const { registry, tenant } = useRegistry();

  const register = (): Promise<ClientApp> => ClientApp.register(registry, tenant, WEB);

  async function rowsOf({ registered }: ClientApp): Promise<string[]> {
    const { rows } = await registry.database.query<{ model: string }>(
      'select model from authorization_server_artifacts where client_id = $1 order by model',
      [registered.client_id],
    );
    return rows.map(({ model }) => model);
  }

  async function sessions(): Promise<number> {
    const { rowCount } = await registry.database.query(
      `select from authorization_server_artifacts where model = 'Session'`,
    );
    return Number(rowCount);
  }

  it('the state of the authorization server holds no code, refresh token or session that could be used', async () => {
    const app = await register();
    const attempt = await app.begin();
    const browser = app.browser();
    const answer = await sayYes(browser, await browser.open(attempt.url));
    const { refresh_token: token } = await app.finish(attempt, answer);
    // A second request, so that an interaction refers to the session.
    await browser.open((await app.begin({ prompt: 'consent' })).url);

    const { rows } = await registry.database.query<{ line: string }>(
      `select authorization_server_artifacts::text as line from authorization_server_artifacts`,
    );
    const stored = rows.map(({ line }) => line).join('\n');
    const secrets = [answer.searchParams.get('code'), token, browser.cookie('_session')];
    for (const secret of secrets) {
      expect(String(secret)).toMatch(/^[\w-]{40,}$/);
      expect(stored).not.toContain(secret);
    }
  });

  it('the state of the authorization server survives a restart: tokens, sessions and half-way sign-ins', async () => {
    const first = await TestRegistry.start();
    const app = await ClientApp.register(first, await first.tenant(), WEB);
    const browser = app.browser();
    const { refresh_token: token } = await app.signIn({}, browser);
    const attempt = await app.begin();
    const stranger = app.browser();
    const half = await stranger.open(attempt.url);
    await first.app.stop();
    const again = await TestRegistry.start({
      DATABASE_URL: first.databaseUrl,
      PORT: new URL(first.url).port,
      PUBLIC_URL: first.url,
    });

    expect(await errorOf(oidc.refreshTokenGrant(app.config, String(token)))).toBe('none');
    expectRedirect(await browser.open((await app.begin()).url));
    const answer = await sayYes(stranger, half);
    expect(await errorOf(app.finish(attempt, answer))).toBe('none');

    await again.stop();
    await first.database.end();
  });

  describe('when a client goes', () => {
    it('the state of a deleted client is dead at once, and is removed by the next cleanup', async () => {
      const [app, other] = [await register(), await register()];
      const { refresh_token: token } = await app.signIn();
      await other.signIn();
      await app.browser().open((await app.begin()).url);
      expect(await rowsOf(app)).toEqual(['AuthorizationCode', 'Grant', 'Interaction', 'RefreshToken']);
      await app.delete();

      expect(await errorOf(oidc.refreshTokenGrant(app.config, String(token)))).toBe('invalid_client');
      await registry.app.nest.get(ArtifactCleanup).run();
      expect(await rowsOf(app)).toEqual([]);
      expect(await rowsOf(other)).not.toEqual([]);
    });

    it.each(['project', 'organization'])(
      'the state of a client is dead with the %s of the client too, and removed',
      async (parent) => {
        const own = await registry.tenant();
        const app = await ClientApp.register(registry, own, WEB);
        const { refresh_token: token } = await app.signIn();
        const organization = `/v1/organizations/${own.organizationId}`;
        const path = parent === 'project' ? `${organization}/projects/${own.projectId}` : organization;
        await registry.api.delete(path, { token: await registry.platform() });

        expect(await errorOf(oidc.refreshTokenGrant(app.config, String(token)))).toBe('invalid_client');
        await registry.app.nest.get(ArtifactCleanup).run();
        expect(await rowsOf(app)).toEqual([]);
      },
    );

    it('the state of a client is ended when the client is disabled, also for a client that is enabled again', async () => {
      const app = await register();
      const browser = app.browser();
      const before = await app.signIn({}, browser);
      await app.change({ enabled: false });
      await app.change({ enabled: true });
      expect(await errorOf(oidc.refreshTokenGrant(app.config, String(before.refresh_token)))).toBe(
        'invalid_grant',
      );

      const after = await app.signIn({}, browser);
      expect(await errorOf(oidc.refreshTokenGrant(app.config, String(after.refresh_token)))).toBe('none');
    });
  });

  it('the state of the authorization server grows by nothing when nobody is there to sign out', async () => {
    const app = await register();
    const browser = app.browser();
    await app.signIn({}, browser);
    const cookie = browser.signed('_session');
    const url = oidc.buildEndSessionUrl(app.config);
    await browser.press(await browser.open(url), 'Sign out');
    const before = await sessions();
    await fetch(url);
    await fetch(url, { headers: { cookie } });

    expect(await sessions()).toBe(before);
  });

  it('the state of the authorization server is removed when it has expired, and not before', async () => {
    const [old, fresh] = [await register(), await register()];
    await old.signIn();
    await fresh.signIn();
    const expire = `update authorization_server_artifacts set expires_at = now() - interval '1 s' where client_id = $1`;
    await registry.database.query(expire, [old.registered.client_id]);
    await registry.database.query(
      `insert into authorization_server_artifacts (model, id, payload, expires_at)
       select 'Session', sha256(n::text::bytea), '{}', now() - interval '1 s' from generate_series(1, 2500) n`,
    );
    const kept = await rowsOf(fresh);
    await registry.app.nest.get(ArtifactCleanup).run();

    const { rows } = await registry.database.query<{ expired: number }>(
      'select count(*)::int as expired from authorization_server_artifacts where expires_at < now()',
    );
    expect(rows).toEqual([{ expired: 0 }]);
    expect(await rowsOf(fresh)).toEqual(kept);
  });

  it('the state of the authorization server cannot be mixed up by what a client puts into its request', async () => {
    const app = await register();
    const state = `\0\u202e"';--\\u0000 é𝄞 ${randomUUID()}`;
    const browser = app.browser();
    const page = await browser.press(await browser.open((await app.begin({ state })).url), ADA);
    const answer = expectRedirect(await browser.press(expectPage(page), 'Allow'));

    expect(answer.searchParams.get('state')).toBe(state);
  });
});
