import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

describe('PATCH /oauth-clients/{id}', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  it('changes what is sent and leaves the rest', async () => {
    const client = await tenant.createClient();
    const { status, body } = await registry.api.patch<OAuthClientDto>(tenant.client(client.id), {
      token: tenant.developer,
      body: { name: 'New name', scopes: ['openid'] },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...client,
      name: 'New name',
      scopes: ['openid'],
      client_secret: null,
      modified: body.modified,
    });
  });
});
