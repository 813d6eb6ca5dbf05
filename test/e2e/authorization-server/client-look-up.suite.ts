import * as oidc from 'openid-client';
import pg from 'pg';
import { ClientApp } from '../../flows/support.js';
import { useRegistry } from '../../support/use-registry.js';

/** Of few PostgreSQL reads all. */
const MANY_MORE = `
  insert into oauth_clients
  select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'client_id', gen_random_uuid()))).*
  from oauth_clients c, generate_series(1, 1000);
  analyze oauth_clients`;

describe('a token by client credentials', () => {
  const { registry, tenant } = useRegistry();

  it('a token by client credentials costs one query, which finds the client by an index', async () => {
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
    // Of the overloads of `query` a spy knows the types of one only, and it is not the one for statements.
    const asked = query.mock.calls.map(([statement]) => statement as unknown as pg.QueryConfig);
    query.mockRestore();
    expect(asked).toHaveLength(1);

    const text = asked[0]?.text.replaceAll('$1', pg.escapeLiteral(registered.client_id)) ?? '';
    await registry.database.query(MANY_MORE);
    const { rows } = await registry.database.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
      /Index Scan using uq_oauth_clients_client_id on oauth_clients c\b/,
    );
  });
});
