import { LIMITS } from '../../../src/oauth-clients/model/oauth-client.limits.js';
import { useRegistry } from '../../support/use-registry.js';

/** So many texts of this length that begin alike and differ. */
const texts = (count: number, length: number, start: string): string[] =>
  Array.from({ length: count }, (_, index) => `${start}${index}`.padEnd(length, 'a'));

const uris = (count: number): string[] =>
  texts(count, LIMITS.redirect_uri, 'https://shop.example.com/').map((uri) =>
    uri.slice(0, LIMITS.redirect_uri),
  );

/** All that a client may have, each member as long as it may be. Outside the basic plane a character has most bytes. */
const WHOLE = {
  name: '😀'.repeat(LIMITS.name),
  description: '😀'.repeat(LIMITS.description),
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'implicit'],
  redirect_uris: uris(LIMITS.redirect_uris),
  post_logout_redirect_uris: uris(LIMITS.redirect_uris),
  scopes: texts(LIMITS.scopes, LIMITS.scope, 'notes:'),
  audiences: texts(LIMITS.audiences, LIMITS.audience, 'https://notes.example/'),
  allowed_cors_origins: Array.from(
    { length: LIMITS.origins },
    (_, index) => `https://${texts(4, 60, `a${index}`).join('.')}.example`,
  ),
  client_uri: uris(1)[0],
  logo_uri: uris(1)[0],
  policy_uri: uris(1)[0],
  tos_uri: uris(1)[0],
  contacts: texts(LIMITS.contacts, 60, 'a').map((name) => `${name}@example.com`),
};

describe('a client with all that it may have', () => {
  const { registry, tenant } = useRegistry({
    ASSIGNABLE_SCOPES: 'notes:*',
    ASSIGNABLE_AUDIENCES: 'https://notes.example/*',
  });

  it('a client with all that it may have is created, and is taken as it was read', async () => {
    const token = tenant.developer;
    const created = await registry.api.post<{ id: string }>(tenant.clients, { token, body: WHOLE });
    expect([created.status, created.body]).toEqual([201, expect.objectContaining(WHOLE)]);
    const path = tenant.client(created.body.id);
    const { text } = await registry.api.get(path, { token });
    expect((await registry.api.patch(path, { token, raw: text })).status).toBe(200);
    // As programs write it that escape all but ASCII.
    const escaped = text.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
    expect((await registry.api.patch(path, { token, raw: escaped })).status).toBe(200);
  });
});
