import pg from 'pg';
import { MIGRATIONS } from '../../../src/app/schema.js';
import { SchemaVersion } from '../../../src/database/schema-version.js';
import { expectProblem } from '../../support/problem.js';
import type { Body } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

describe('health', () => {
  const { registry } = useRegistry();

  it('the service is alive without a token', async () => {
    const { status, body } = await registry.api.get<Body>('/health/live');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });

  it('the service is ready without a token, and tells of the keys of each issuer and of nothing else', async () => {
    await registry.tenant();
    const { status, body } = await registry.api.get<Body>('/health/ready');
    const issuers = [registry.hydra.issuer, registry.kratos.issuer, `${registry.url}/oauth2`].map((issuer) =>
      expect.objectContaining({ issuer, ready: true }),
    );
    expect([status, Object.keys(body)]).toEqual([200, ['status', 'issuers', 'authorization_server']]);
    expect(body['authorization_server']).toEqual({ kind: 'embedded', reachable: true });
    expect(body['issuers']).toHaveLength(3);
    expect(body['issuers']).toEqual(expect.arrayContaining(issuers));
  });

  it('the health of the service takes any token for nothing: a bad one does no harm', async () => {
    expect((await registry.api.get('/health/ready', { token: 'bad' })).status).toBe(200);
  });

  it('the database is asked once for all who ask at the same time whether the service is ready', async () => {
    const asked = jest.spyOn(registry.app.nest.get(pg.Pool), 'query');
    const version = registry.app.nest.get(SchemaVersion);
    const answers = await Promise.all(Array.from({ length: 50 }, () => version.isCurrent()));
    const questions = asked.mock.calls.filter(([query]) => String(query).includes('migrations'));
    asked.mockRestore();
    expect(new Set(answers)).toEqual(new Set([true]));
    // None, where it has just said so.
    expect(questions.length).toBeLessThanOrEqual(1);
  });

  describe('when the database lacks a migration', () => {
    const name = MIGRATIONS.at(-1)?.name;
    beforeAll(() =>
      registry.database.query('update migrations set name = $2 where name = $1', [name, 'Gone']),
    );
    afterAll(() =>
      registry.database.query('update migrations set name = $1 where name = $2', [name, 'Gone']),
    );

    it('a service whose database lacks a migration is not ready, and alive', async () => {
      let problem = await registry.api.get('/health/ready');
      // What the database said before, serves for a moment.
      while (problem.status === 200) problem = await registry.api.get('/health/ready');
      expect(expectProblem(problem, 'service_unavailable').detail).toMatch(/migration/);
      expect(Number(problem.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await registry.api.get('/health/live')).status).toBe(200);
    });
  });

  describe('when the keys of an issuer are out of reach', () => {
    const { registry: other } = useRegistry({ KRATOS_JWKS_URI: 'http://127.0.0.1:1/jwks.json' });

    it('a service is ready when the keys of an issuer are out of reach, and says whose keys are missing', async () => {
      const { status, body } = await other.api.get<Body>('/health/ready');
      expect(status).toBe(200);
      expect(body['issuers']).toContainEqual({
        issuer: other.kratos.issuer,
        ready: false,
        age_seconds: null,
      });
    });
  });
});
