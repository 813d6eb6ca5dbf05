import fc from 'fast-check';
import {
  listAssignableAudiences,
  listAssignableScopes,
  type Assignable,
} from '../../../src/oauth-clients/model/assignable.js';
import { assignableAudiences } from '../../../src/oauth-clients/model/audience.js';
import { assignableScopes, isRegistryScope } from '../../../src/oauth-clients/model/scope.js';

const PATTERNS = [
  'openid',
  'orders:*',
  'orders:read',
  'a.*',
  'system/*.read',
  'oauth_clients:*',
  'oauth_clients:read',
  'oauth_clients:any',
  'registry:*',
  'registry:admin',
];
const SCOPES = [
  'openid',
  'orders:',
  'orders:read',
  'orders:*',
  'orders:a*',
  'a.b',
  'a.',
  'b',
  'system/*.read',
  'system/x.read',
  'oauth_clients:read',
  'oauth_clients:write',
  'oauth_clients:any',
  'registry:admin',
];

/** What a caller makes of the list, as its description says. */
const isCovered =
  (name: string) =>
  ({ value, kind }: Assignable): boolean => {
    if (kind === 'name') return value === name;
    const prefix = value.slice(0, -1);
    return name.length > prefix.length && name.startsWith(prefix) && !name.includes('*');
  };

describe('The list of assignable scopes', () => {
  it('the list of assignable scopes covers exactly the scopes that rules take', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(PATTERNS), (patterns) => {
        const listed = listAssignableScopes(patterns);
        const mayAssign = assignableScopes(patterns);
        for (const scope of SCOPES)
          expect([scope, listed.some(isCovered(scope))]).toEqual([scope, mayAssign(scope)]);
      }),
    );
  });

  it('the list of assignable scopes says of each whether it makes a client privileged', () => {
    expect(listAssignableScopes(['openid', 'oauth_clients:*', 'orders:*'])).toEqual([
      { value: 'openid', kind: 'name', privileged: false },
      { value: 'orders:*', kind: 'pattern', privileged: false },
      { value: 'oauth_clients:read', kind: 'name', privileged: true },
      { value: 'oauth_clients:write', kind: 'name', privileged: true },
    ]);
  });

  it('the list of assignable scopes has one pattern, and the registry’s by name, where the operator lists none', () => {
    const listed = listAssignableScopes(null);
    expect(listed[0]).toEqual({ value: '*', kind: 'pattern', privileged: false });
    for (const scope of SCOPES.filter(
      (name) => !name.startsWith('registry:') && name !== 'oauth_clients:any',
    ))
      expect([scope, listed.some(isCovered(scope))]).toEqual([scope, assignableScopes(null)(scope)]);
    expect(listed.filter(({ privileged }) => privileged).every(({ value }) => isRegistryScope(value))).toBe(
      true,
    );
  });
});

describe('The list of assignable audiences', () => {
  const config = {
    audience: 'registry',
    publicUrl: 'https://registry.example.com',
    assignableAudiences: ['https://api.example.com', 'https://api.example.com/v1/*', 'orders', 'registry'],
  };

  it('the list of assignable audiences covers exactly the audiences that rules take, but for its own', () => {
    const listed = listAssignableAudiences(config, () => true);
    const mayAssign = assignableAudiences(config);
    for (const audience of [
      'https://api.example.com',
      'https://api.example.com/v1/x',
      'orders',
      'registry',
      'x',
    ])
      expect([audience, listed.some(isCovered(audience))]).toEqual([audience, mayAssign(audience)]);
  });

  it('the list of assignable audiences leaves out what the authorization server would refuse', () => {
    const listed = listAssignableAudiences(config, (audience) => audience.startsWith('https:'));
    expect(listed).toEqual([
      { value: 'https://api.example.com', kind: 'name' },
      { value: 'https://api.example.com/v1/*', kind: 'pattern' },
    ]);
  });
});
