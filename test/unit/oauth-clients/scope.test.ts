import {
  assignableScopes,
  isRegistryScope,
  isReservedScope,
} from '../../../src/oauth-clients/model/scope.js';

describe('isRegistryScope', () => {
  it('the scopes of this registry are told from all others', () => {
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
      'tenants may hand out %j when nothing is configured',
      (scope) => {
        expect(mayAssign(scope)).toBe(true);
      },
    );

    it.each(['oauth_clients:read', 'oauth_clients:write'])(
      'tenants may hand out the known scope %j when nothing is configured',
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
      '*',
      'orders:*',
      'system/*.read',
    ])('without a configuration the scope %j is withheld', (scope) => {
      expect(mayAssign(scope)).toBe(false);
    });
  });

  describe('when patterns are configured', () => {
    const mayAssign = assignableScopes([
      'openid',
      'orders:*',
      'com.example.*',
      'https://www.googleapis.com/auth/*',
      'system/*.read',
      'oauth_clients:read',
    ]);

    it.each([
      'openid',
      'orders:read',
      'orders:read:own',
      'com.example.a',
      'com.example.a.b',
      'https://www.googleapis.com/auth/drive.readonly',
      'system/*.read',
      'oauth_clients:read',
    ])('tenants may hand out %j when patterns are configured', (scope) => {
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
      'https://www.googleapis.com/auth/',
      'https://www.googleapis.com/authority',
      'system/Patient.read',
      'system/*.write',
      'orders:*',
      'orders:*:read',
      'com.example.*',
      'oauth_clients:write',
    ])('a scope that no pattern matches is withheld: %j', (scope) => {
      expect(mayAssign(scope)).toBe(false);
    });
  });

  it('reserved and unknown scopes are withheld even where the configuration names them', () => {
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

  it('an asterisk that makes no pattern is taken for a part of the name of a scope', () => {
    const mayAssign = assignableScopes(['ord*', 'a:*:b']);
    const scopes = ['openid', 'orders', 'ord', 'ord*', 'a:x:b', 'a:*:b'];
    expect(scopes.filter(mayAssign)).toEqual(['ord*', 'a:*:b']);
  });

  it('an empty list lets tenants hand out nothing', () => {
    expect(assignableScopes([])('openid')).toBe(false);
  });
});

describe('isReservedScope', () => {
  it('the reserved scopes are those that no configuration can make assignable', () => {
    const scopes = ['registry:admin', 'oauth_clients:delete', 'oauth_clients:read', 'openid', 'photos.*'];
    expect(scopes.filter(isReservedScope)).toEqual(['registry:admin', 'oauth_clients:delete']);
  });
});
