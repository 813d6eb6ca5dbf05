import { assignableScopes, isRegistryScope } from '../../../src/oauth-clients/model/scope.js';

describe('isRegistryScope', () => {
  it('tells the scopes of this registry from all others', () => {
    const scopes = [
      'oauth_clients:read',
      'oauth_clients:',
      'oauth_clients',
      'x.oauth_clients:read',
      'OAuth_clients:read',
    ];
    expect(scopes.filter(isRegistryScope)).toEqual(['oauth_clients:read', 'oauth_clients:']);
  });
});

describe('assignableScopes', () => {
  describe('when nothing is configured', () => {
    const mayAssign = assignableScopes(null);

    it.each(['openid', 'orders:read', 'registry', 'registry.admin', 'oauth_clients', 'my.registry:admin'])(
      'lets tenants hand out %j',
      (scope) => {
        expect(mayAssign(scope)).toBe(true);
      },
    );

    it.each(['oauth_clients:read', 'oauth_clients:write'])(
      'lets tenants hand out the known scope %j',
      (scope) => {
        expect(mayAssign(scope)).toBe(true);
      },
    );

    it.each([
      'registry:admin',
      'registry:',
      'registry:x:y',
      'oauth_clients:delete',
      'oauth_clients:',
      'oauth_clients:read:all',
    ])('withholds %j', (scope) => {
      expect(mayAssign(scope)).toBe(false);
    });
  });

  describe('when patterns are configured', () => {
    const mayAssign = assignableScopes(['openid', 'orders:*', 'com.example.*', 'oauth_clients:read']);

    it.each([
      'openid',
      'orders:read',
      'orders:read:own',
      'com.example.a',
      'com.example.a.b',
      'oauth_clients:read',
    ])('lets tenants hand out %j', (scope) => {
      expect(mayAssign(scope)).toBe(true);
    });

    it.each([
      'offline',
      'openid2',
      'open',
      'OpenID',
      'orders',
      'orders:',
      'orders.read',
      'xorders:read',
      'com.example.',
      'comXexample.a',
      'oauth_clients:write',
    ])('withholds %j', (scope) => {
      expect(mayAssign(scope)).toBe(false);
    });
  });

  it('withholds reserved and unknown scopes even where the configuration names them', () => {
    const mayAssign = assignableScopes(['registry:admin', 'registry:*', 'oauth_clients:*']);
    const scopes = [
      'registry:admin',
      'registry:x',
      'oauth_clients:delete',
      'oauth_clients:read',
      'oauth_clients:write',
    ];
    expect(scopes.filter(mayAssign)).toEqual(['oauth_clients:read', 'oauth_clients:write']);
  });

  it('takes an asterisk elsewhere for no prefix', () => {
    const mayAssign = assignableScopes(['*', 'ord*']);
    expect(['openid', 'orders', 'ord'].filter(mayAssign)).toEqual([]);
  });

  it('hands out nothing for an empty list', () => {
    expect(assignableScopes([])('openid')).toBe(false);
  });
});
