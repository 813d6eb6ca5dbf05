import { isPrivileged } from '../../../src/oauth-clients/model/oauth-client.rules.js';
import { pointerTo } from '../../../src/oauth-clients/model/members.js';

describe('isPrivileged', () => {
  it.each([
    ['a trusted client', { trusted: true, scopes: [] }],
    ['a client that reads this registry', { trusted: false, scopes: ['openid', 'oauth_clients:read'] }],
    ['a client that writes this registry', { trusted: false, scopes: ['oauth_clients:write'] }],
    [
      'a client with a scope of this registry that is not known yet',
      { trusted: false, scopes: ['oauth_clients:x'] },
    ],
  ])('%s is privileged', (_, client) => {
    expect(isPrivileged(client)).toBe(true);
  });

  it.each([
    [
      'a client with other scopes',
      { trusted: false, scopes: ['openid', 'my.oauth_clients:read', 'oauth_clients'] },
    ],
    ['a client without scopes', { trusted: false, scopes: [] }],
  ])('%s is not privileged', (_, client) => {
    expect(isPrivileged(client)).toBe(false);
  });
});

describe('pointerTo', () => {
  it('a pointer names members as the API does', () => {
    expect(pointerTo('name')).toBe('/name');
    expect(pointerTo('token_endpoint_auth_method')).toBe('/token_endpoint_auth_method');
    expect(pointerTo('redirect_uris', 0)).toBe('/redirect_uris/0');
  });
});
