import { randomUUID } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { Listener, type HttpRequest } from '../../support/hydra/http.js';
import { exchange } from '../../support/raw-http.js';
import { MACHINE_CLIENT } from '../../support/registry.js';
import { Gate } from './gate.js';
import { hostileRequests } from './hostile-requests.js';
import type { Cast, Credentials, Expectation } from './hostile/scene.js';

const nobody: Credentials = { id: randomUUID(), secret: 'x' };
const NAMES = hostileRequests({
  basic: nobody,
  post: nobody,
  public: nobody,
  disabled: nobody,
  deleted: nobody,
  expired: nobody,
  ended: nobody,
}).map(([name, expected], index) => [name, expected, index] as const);

/** What a request of a client has to be when it reaches Hydra, whatever it was before. */
function expectWellFormed({ method, target, headers, body }: HttpRequest, cast: Cast): void {
  const form = new URLSearchParams(body);
  const names = [...form.keys()].filter((name) => !['audience', 'resource'].includes(name));
  expect({ method, target, type: headers['content-type'] }).toEqual({
    method: 'POST',
    target: expect.stringMatching(/^\/oauth2\/(token|revoke)$/) as string,
    type: 'application/x-www-form-urlencoded',
  });
  expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
  expect(headers['transfer-encoding']).toBeUndefined();
  expect(names).toEqual([...new Set(names)]);
  expect(body).toBe(form.toString());
  const all = `${JSON.stringify(headers)} ${body} ${Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString()}`;
  for (const { secret } of [cast.basic, cast.post]) expect(all).not.toContain(secret);
  expect(
    [headers.authorization, form.get('client_secret'), form.get('client_id')].filter(Boolean).length,
  ).toBeLessThan(3);
}

describe('A request at the token gate', () => {
  let hydra: Listener;
  let gate: Gate;
  let cast: Cast;
  let requests: ReturnType<typeof hostileRequests>;
  const arrived: HttpRequest[] = [];

  const make = async (settings = {}): Promise<OAuthClientDto> =>
    gate.tenant.createClient({ ...MACHINE_CLIENT, ...settings });
  const credentialsOf = ({ client_id: id, client_secret }: OAuthClientDto): Credentials => ({
    id,
    secret: String(client_secret),
  });

  beforeAll(async () => {
    hydra = await Listener.start((request) => {
      arrived.push(request);
      return Promise.resolve({
        status: 200,
        headers: { 'content-type': 'application/json', 'x-from': 'hydra' },
        body: '{"access_token":"x"}',
      });
    });
    gate = await Gate.start({
      hydraUrl: hydra.url,
      timeouts: { headers: 1_000, request: 1_500, keepAlive: 1_000, checkEvery: 100 },
    });
    const call = (method: 'patch' | 'delete', { id }: OAuthClientDto, path: string, body?: object) =>
      gate.registry.api[method](`${gate.tenant.client(id)}${path}`, { token: gate.tenant.admin, body });
    const [basic, disabled, deleted, expired, ended] = await Promise.all(
      Array.from({ length: 5 }, () => make()),
    );
    const post = await make({ token_endpoint_auth_method: 'client_secret_post' });
    const open = await make({
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      redirect_uris: ['https://shop.example.com/callback'],
    });
    if (!basic || !disabled || !deleted || !expired || !ended) throw new Error('there are no clients');
    await call('patch', disabled, '', { enabled: false });
    await call('delete', deleted, '');
    await call('patch', expired, `/secrets/${expired.secret_id}`, { expires_in_seconds: 1 });
    await call('delete', ended, `/secrets/${ended.secret_id}`);
    await gate.registry.database.query(`update oauth_client_secrets set expires_at = now() where id = $1`, [
      expired.secret_id,
    ]);
    cast = {
      basic: credentialsOf(basic),
      post: credentialsOf(post),
      public: credentialsOf(open),
      disabled: credentialsOf(disabled),
      deleted: credentialsOf(deleted),
      expired: credentialsOf(expired),
      ended: credentialsOf(ended),
    };
    requests = hostileRequests(cast);
  });
  afterAll(async () => {
    await gate.stop();
    await hydra.down();
  });

  it('a request at the token gate can be wrong in at least 150 ways', () => {
    expect(new Set(NAMES.map(([name]) => name)).size).toBeGreaterThanOrEqual(150);
  });

  it.each(NAMES)(
    'a request at the token gate with %s lets %s reach Hydra',
    async (_, expected: Expectation, index) => {
      arrived.length = 0;
      const answer = await exchange(gate.registry.url, requests[index]?.[2] ?? '');

      expect(arrived.length).toBe(expected === 'one' ? 1 : 0);
      for (const request of arrived) expectWellFormed(request, cast);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(500);
      if (expected === 'one') expect(answer.headers.get('cache-control')).toBe('no-store');
      else expect(answer.headers.get('x-from')).toBeUndefined();
    },
  );
});
