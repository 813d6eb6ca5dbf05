import { createServer } from 'node:net';
import { once } from 'node:events';
import { TestRegistry } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

describe('GET /metrics', () => {
  const { registry, tenant } = useRegistry({}, { perTest: true });

  const read = async (): Promise<string> => {
    const answer = await registry.api.get('/metrics');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    return answer.text;
  };
  const valueOf = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };

  it('GET /metrics is in the text format of Prometheus: every line a comment or a number', async () => {
    for (const line of (await read()).split('\n').filter(Boolean)) {
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_][a-z0-9_]*(\{([a-z_]+="[^"\n]*",?)+\})? \S+)$/);
    }
  });

  it('GET /metrics counts requests by method, route and status, and times them', async () => {
    const client = await tenant.createClient();
    const route = '/v1/organizations/:org_id/projects/:project_id/oauth-clients/:oauth_client_id';
    for (const token of [tenant.viewer, tenant.admin])
      await registry.api.get(tenant.client(client.id), { token });
    await registry.api.get(tenant.client(client.id));
    const text = await read();
    expect(valueOf(text, `http_requests_total{method="GET",route="${route}",status="200"}`)).toBe(2);
    expect(valueOf(text, `http_requests_total{method="GET",route="${route}",status="401"}`)).toBe(1);
    const timed = `{method="GET",route="${route}"}`;
    expect(valueOf(text, `http_request_duration_seconds_count${timed}`)).toBe(3);
    expect(valueOf(text, `http_request_duration_seconds_sum${timed}`)).toBeGreaterThan(0);
  });

  it('GET /metrics has no series for each path, id, method or query that somebody makes up', async () => {
    const makeUp = async (index: number): Promise<void> => {
      await registry.api.get(`/oauth2/auth?client_id=nobody-${index}`);
      await registry.api.get(`/oauth2/interaction/made-up-${index}`);
      await registry.api.get(`/made-up-${index}?a=b`);
      await registry.api.call(['PROPFIND', 'SEARCH', 'LOCK'][index % 3] ?? '', '/made-up');
      await registry.api.get(`/v1/organizations/made-up-${index}/projects`, { token: tenant.admin });
      await registry.api.get(tenant.client(`made-up-${index}`), { token: tenant.admin });
    };
    const requestSeries = async (): Promise<string[]> => {
      await read();
      const lines = (await read()).split('\n').filter((line) => line.startsWith('http_'));
      return lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
    };
    await makeUp(0);
    const before = await requestSeries();
    for (let index = 1; index < 20; index += 1) await makeUp(index);
    expect(await requestSeries()).toEqual(before);
    expect(before.join('\n')).not.toMatch(/made-up|nobody|PROPFIND|SEARCH/);
  });

  it('GET /metrics tells nothing of any tenant', async () => {
    const client = await tenant.createClient({ name: 'Top secret' });
    await registry.api.get(tenant.client(client.id), { token: tenant.viewer });
    const text = await read();
    const { admin, developer, viewer } = tenant.people;
    const private_ = [tenant.organizationId, tenant.projectId, client.id, client.client_id, 'Top secret'];
    for (const word of [...private_, admin, developer, viewer, 'dashboard']) expect(text).not.toContain(word);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it('GET /metrics tells the age of the keys of every issuer, and of no failures while there are none', async () => {
    const text = await read();
    for (const { issuer } of [registry.hydra, registry.kratos]) {
      expect(valueOf(text, `issuer_keys_ready{issuer="${issuer}"}`)).toBe(1);
      expect(valueOf(text, `issuer_keys_age_seconds{issuer="${issuer}"}`)).toBeGreaterThanOrEqual(0);
      expect(valueOf(text, `issuer_keys_refresh_failures_total{issuer="${issuer}"}`)).toBe(0);
    }
  });

  it('GET /metrics shows connections to the database, the process and its event loop', async () => {
    const text = await read();
    expect(valueOf(text, 'database_pool_connections{state="idle"}')).toBeGreaterThan(0);
    expect(valueOf(text, 'database_pool_connections{state="in_use"}')).toBe(0);
    expect(valueOf(text, 'database_pool_waiting')).toBe(0);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});

describe('GET /metrics when the keys of an issuer cannot be had', () => {
  it('GET /metrics counts failures to get the keys of an issuer, says that it is not ready and names no age', async () => {
    const port = await closedPort();
    const issuer = 'https://gone.test/';
    const registry = await TestRegistry.start({
      HYDRA_ISSUER: issuer,
      HYDRA_JWKS_URI: `http://127.0.0.1:${port}/keys`,
    });
    const token = await registry.hydra.sign({ iss: issuer, sub: 'a', client_id: 'a', scp: [] });
    await registry.api.get('/v1/organizations', { token });
    const { text } = await registry.api.get('/metrics');
    await registry.stop();
    expect(text).toContain(`issuer_keys_ready{issuer="${issuer}"} 0`);
    expect(text).toContain(`issuer_keys_refresh_failures_total{issuer="${issuer}"} 1`);
    expect(text).not.toContain(`issuer_keys_age_seconds{issuer="${issuer}"}`);
  });
});

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
