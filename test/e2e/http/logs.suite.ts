import type { Answer } from '../../support/api-client.js';
import { expectProblem } from '../../support/problem.js';
import { exchange } from '../../support/raw-http.js';
import { WEB_CLIENT } from '../../support/registry.js';
import { ServiceProcess, type LogLine } from '../../support/service-process.js';
import { useRegistry } from '../../support/use-registry.js';

/** Recognisable wherever it turns up. */
const CANARY = 'canary7d1f';
const BROKEN = 'alter table oauth_clients rename column description to gone';
const MENDED = 'alter table oauth_clients rename column gone to description';

describe('the log', () => {
  const { registry, tenant } = useRegistry();
  let service: ServiceProcess;
  const answers = new Map<string, Answer>();
  const secrets: string[] = [];

  const call = async (id: string, method: string, path: string, options: object = {}): Promise<Answer> => {
    const headers = { 'x-request-id': id, ...(options as { headers?: object }).headers };
    const answer = await service.api.call(method, path, { ...options, headers });
    answers.set(id, answer);
    return answer;
  };
  const linesOf = (id: string): LogLine[] => service.log.filter((line) => line['request_id'] === id);
  const requestLine = (id: string): LogLine => {
    const lines = linesOf(id).filter(({ msg }) => msg === 'request');
    expect(lines).toHaveLength(1);
    return lines[0] ?? {};
  };

  beforeAll(async () => {
    service = await ServiceProcess.start({ DATABASE_URL: registry.databaseUrl, LOG_LEVEL: 'trace' });
    await useEverything();
    await service.stop();
  });

  async function useEverything(): Promise<void> {
    const token = tenant.admin;
    const body = { ...WEB_CLIENT, name: CANARY, description: CANARY, scopes: [CANARY] };
    const created = await call('create', 'POST', tenant.clients, { token, body });
    const client = tenant.client(created.body['id'] as string);
    const secret = created.body['client_secret'] as string;
    const rotated = await call('rotate', 'POST', `${client}/secrets`, {
      token,
      headers: { 'if-match': '"1"' },
    });
    secrets.push(secret, rotated.body['client_secret'] as string, token, tenant.viewer);
    await call('list', 'GET', `${tenant.clients}?limit=5&cursor=${CANARY}`, { token });
    await call('read', 'GET', client, { token: tenant.viewer });
    await call('invalid', 'PATCH', client, {
      token,
      body: { [CANARY]: CANARY, name: [CANARY], scopes: CANARY },
    });
    await call('unreadable', 'PATCH', client, { token, raw: `{"name":"${CANARY}` });
    await call('bad-token', 'GET', client, { token: `${CANARY}.${CANARY}.${CANARY}` });
    await call('forged', 'GET', client, { token: `${token.slice(0, -8)}${CANARY.slice(0, 8)}` });
    await call('other-scheme', 'GET', client, { headers: { authorization: `Basic ${CANARY}` } });
    const hostile = { cookie: CANARY, 'if-match': CANARY, 'x-canary': CANARY, referer: CANARY };
    await call('headers', 'PATCH', client, {
      token,
      headers: { ...hostile, 'user-agent': CANARY },
      body: {},
    });
    await call('query', 'GET', `/health/live?access_token=${CANARY}&${CANARY}`);
    await call('unknown', 'GET', `/nope?${CANARY}`);
    await call('malformed', 'GET', `/%zz?${CANARY}`);
    await call('member', 'PUT', `/v1/organizations/${tenant.organizationId}/members/${CANARY}`, {
      token: await registry.platform(),
      body: { role: 'viewer' },
    });
    await call('grant', 'POST', '/oauth2/token', {
      raw: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: created.body['client_id'] as string,
        client_secret: secret,
        scope: CANARY,
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await exchange(service.url, `${CANARY}\r\n\r\n`);
    await service.api.get('/health/live', { headers: { 'x-request-id': `{${CANARY}}` } });
    await registry.database.query(BROKEN);
    await call('failure', 'PATCH', client, { token, body: { description: `${CANARY}!` } });
    await registry.database.query(MENDED);
    await call('recovered', 'PATCH', client, { token, body: { description: `${CANARY}!` } });
  }

  it('the log has one line for each request, with who, where, what came of it and how long it took', () => {
    for (const [id, { status }] of answers) {
      expect(requestLine(id)).toMatchObject({
        level: 'info',
        status,
        duration_ms: expect.any(Number) as number,
      });
      expect(requestLine(id)['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    expect(requestLine('rotate')).toMatchObject({
      method: 'POST',
      route: '/v1/organizations/:org_id/projects/:project_id/oauth-clients/:oauth_client_id/secrets',
      status: 201,
      actor: { kind: 'person', subject: tenant.people.admin, client_id: 'dashboard' },
      organization_id: tenant.organizationId,
      project_id: tenant.projectId,
      oauth_client_id: answers.get('create')?.body['id'],
    });
  });

  it.each([
    ['invalid', 422],
    ['unreadable', 400],
    ['bad-token', 401],
    ['unknown', 404],
    ['malformed', 400],
    ['failure', 500],
    ['recovered', 200],
  ])('the log tells of a request that was answered as %s', (id, status) => {
    expect(requestLine(id)).toMatchObject({ status });
  });

  it('the log tells why a token was refused, which the answer does not', () => {
    expect(linesOf('forged')).toContainEqual(
      expect.objectContaining({ level: 'warn', reason: expect.any(String) as string }),
    );
  });

  it('the log has a line for what was not even a request', () => {
    const line = service.log.find(({ msg }) => msg === 'unreadable request');
    expect(line).toMatchObject({ status: 400, request_id: expect.any(String) as string });
  });

  it('the log tells the cause of an internal error by the id that its answer carries', () => {
    const answer = answers.get('failure');
    const { request_id } = expectProblem(
      answer ?? { status: 0, headers: new Headers(), body: {} },
      'internal_error',
    );
    expect(linesOf(request_id)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        err: expect.objectContaining({ code: '42703', stack: expect.any(String) as string }) as object,
      }),
    );
    expect(answer?.text).not.toMatch(/column|oauth_clients|42703|select|Error/);
  });

  it('the log is JSON, line for line, beside the banner that ends the start', () => {
    const [, afterBanner = ''] = service.stdout.split('OAuth Client Registry is ready.');
    const lines = afterBanner
      .split('\n')
      .slice(afterBanner.split('\n').findIndex((line) => line.startsWith('{"')));
    for (const line of lines.filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('level');
    expect(service.stderr).toBe('');
  });

  it('the log never holds a token, a secret, a value of a body or query, or a header', () => {
    expect(secrets.filter((secret) => !/^(ocs_|eyJ)/.test(secret))).toEqual([]);
    const log = JSON.stringify(service.log) + service.stderr;
    expect(log.length).toBeGreaterThan(5_000);
    expect(log).not.toContain(CANARY);
    for (const secret of secrets) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/ocs_|eyJ|Bearer [A-Za-z0-9]/);
  });
});
