import { randomUUID } from 'node:crypto';
import { Listener, type HttpRequest } from '../../support/hydra/http.js';
import { MACHINE_CLIENT } from '../../support/registry.js';
import { sendRaw } from '../../support/raw-http.js';
import { basic, Gate } from './gate.js';

const ANSWER = {
  status: 418,
  headers: {
    'content-type': 'text/x-hydra',
    'x-from': ['one', 'two'],
    'access-control-allow-origin': 'https://shop.example',
  },
  body: 'what Hydra says',
};

describe('What passes the token gate unread', () => {
  let hydra: Listener;
  let gate: Gate;
  const arrived: HttpRequest[] = [];

  beforeAll(async () => {
    hydra = await Listener.start((request) => {
      arrived.push(request);
      return Promise.resolve(ANSWER);
    });
    gate = await Gate.start({
      hydraUrl: hydra.url,
      settings: { TOKEN_GATE: 'disabled', CORS_ORIGINS: 'https://dashboard.example' },
    });
  });
  afterAll(async () => {
    await gate.stop();
    await hydra.down();
  });
  beforeEach(() => {
    arrived.length = 0;
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${gate.registry.url}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });

  it('what strangers send passes the token gate unread, byte for byte', async () => {
    const body = `b=2&a=1;x&a=%zz&&client_id=${randomUUID()}&client_secret=a+b`;
    await post(body, { 'x-own': 'header', authorization: 'Basic not-base64!' });

    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatchObject({ method: 'POST', target: '/oauth2/token', body });
    expect(arrived[0]?.headers).toMatchObject({ 'x-own': 'header', authorization: 'Basic not-base64!' });
  });

  it('what clients send that are not at the token gate yet passes it unread', async () => {
    const { client_id: id, client_secret } = await gate.tenant.createClient(MACHINE_CLIENT);
    const [authorization, body] = [basic(id, String(client_secret)), 'grant_type=client%5Fcredentials&x='];
    await post(body, { authorization });

    expect(arrived[0]).toMatchObject({ body });
    expect(arrived[0]?.headers.authorization).toBe(authorization);
  });

  it('what passes the token gate unread is answered with all that Hydra says, and kept by nobody', async () => {
    const answer = await post('grant_type=x');

    expect([answer.status, await answer.text()]).toEqual([ANSWER.status, ANSWER.body]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/x-hydra',
      'x-from': 'one, two',
      'access-control-allow-origin': 'https://shop.example',
      'cache-control': 'no-store',
    });
  });

  it('an answer through the token gate tells the origins that Hydra allows, and not those of the API', async () => {
    const answer = await post('grant_type=x', { origin: 'https://dashboard.example' });

    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['https://dashboard.example', 'https://shop.example'])(
    'pages of %s may ask the token gate after a preflight',
    async (origin) => {
      const answer = await fetch(`${gate.registry.url}/oauth2/token`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });

      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
      expect(arrived).toEqual([]);
    },
  );

  it.each([
    ['https://app.example', 'https://app.example'],
    ['https://other.example', null],
  ])(
    'the token gate says to a page of %s what is refused, if that is a page of the client',
    async (origin, allowed) => {
      const open = await gate.tenant.createClient({
        name: 'App',
        grant_types: ['authorization_code'],
        redirect_uris: ['https://app.example/callback'],
        token_endpoint_auth_method: 'none',
      });
      await gate.registry.database.query(
        `update oauth_clients set server_mode = 'gate', server_key = 'a key', enabled = false where id = $1`,
        [open.id],
      );
      const answer = await post(`grant_type=authorization_code&client_id=${open.client_id}`, { origin });

      expect(answer.status).toBe(401);
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
      expect(arrived).toEqual([]);
    },
  );

  it('the token gate keeps the connection, also after a refusal', async () => {
    const refused = 'POST /oauth2/token?x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
    const last = [
      'POST /oauth2/token HTTP/1.1',
      'Host: x',
      'Connection: close',
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 3',
      '',
      'a=b',
    ].join('\r\n');
    const answers = await sendRaw(gate.registry.url, refused + last);

    expect(answers.match(/^HTTP\/1.1 \d+/gm)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 418']);
  });
});
