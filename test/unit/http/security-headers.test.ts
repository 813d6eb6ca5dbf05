import fastify from 'fastify';
import { Config } from '../../../src/config/config.js';
import { securityHeaders, sendStandardHeaders } from '../../../src/http/security-headers.js';

const HYDRA = {
  AUTHORIZATION_SERVER: 'hydra',
  HYDRA_ISSUER: 'https://hydra.example/',
  HYDRA_ADMIN_URL: 'http://hydra:4445/',
  ASSIGNABLE_SCOPES: 'openid',
  SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
};
const SIGN_IN = { ...HYDRA, SWAGGER_CLIENT_ID: 'swagger-ui', FIRST_PARTY_CLIENT_IDS: 'swagger-ui' };

async function headersOf(url: string, env: Record<string, string>): Promise<Record<string, unknown>> {
  const config = new Config(env);
  const server = fastify();
  sendStandardHeaders(server, config, securityHeaders(config));
  const { headers } = await server.inject(url);
  const connections = /connect-src [^;]*/.exec(String(headers['content-security-policy']))?.[0];
  return { connections, opener: headers['cross-origin-opener-policy'] };
}

describe('the policies for pages', () => {
  it.each<[string, string, string, Record<string, string>]>([
    ["'self'", 'same-origin', '/docs', {}],
    ["'self'", 'same-origin', '/docs', HYDRA],
    ["'self' https://hydra.example", 'same-origin-allow-popups', '/docs', SIGN_IN],
    ["'self' https://hydra.example", 'same-origin-allow-popups', '/docs/swagger-ui-init.js', SIGN_IN],
    ["'self' https://hydra.example", 'unsafe-none', '/docs/oauth2-redirect.html?code=x', SIGN_IN],
    ["'self' https://hydra.example", 'same-origin', '/v1/organizations', SIGN_IN],
  ])(
    'the policies for pages let them reach %s, with the opener policy %s, at %s',
    async (sources, opener, url, env) => {
      expect(await headersOf(url, env)).toEqual({ connections: `connect-src ${sources}`, opener });
    },
  );
});
