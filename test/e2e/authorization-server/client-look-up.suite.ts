import * as oidc from 'openid-client';
import pg from 'pg';
import { ClientApp } from '../../flows/support.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

describe('a token by client credentials', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  it('costs one query, which finds the client by an index', async () => {
    const { config, registered } = await ClientApp.register(registry, tenant, {
      name: 'Export',
      grant_types: ['client_credentials'],
      redirect_uris: null,
      scopes: ['notes:read'],
    });
    // The first one notes besides that the secret is in use.
    await oidc.clientCredentialsGrant(config);
    const query = jest.spyOn(registry.app.nest.get(pg.Pool), 'query');
    await oidc.clientCredentialsGrant(config);
    const asked = query.mock.calls.map(([statement]) => statement as unknown as pg.QueryConfig);
    query.mockRestore();
    expect(asked).toHaveLength(1);

    const text = asked[0]?.text.replaceAll('$1', pg.escapeLiteral(registered.client_id)) ?? '';
    const connection = await registry.database.connect();
    try {
      // With so few rows PostgreSQL would read the whole table.
      await connection.query('set enable_seqscan = off');
      const { rows } = await connection.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
        /Index Scan using uq_oauth_clients_client_id on oauth_clients c\b/,
      );
    } finally {
      connection.release(true);
    }
  });
});
