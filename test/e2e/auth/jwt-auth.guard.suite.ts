import { Controller, Get, Module, Req, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Actor } from '../../../src/auth/actor.js';
import { AuthModule } from '../../../src/auth/auth.module.js';
import { JwtAuthGuard } from '../../../src/auth/jwt-auth.guard.js';
import { Public } from '../../../src/auth/public.decorator.js';
import { TrustedIssuers } from '../../../src/auth/trusted-issuers.js';
import { Config } from '../../../src/config/config.js';
import { ProblemDetailsFilter } from '../../../src/http/problem-details.filter.js';
import { TestIssuer } from '../../support/tokens.js';
import { KeyServer } from './key-server.js';
import { PERSON } from '../../unit/auth/support.js';

@Controller()
class WhoamiController {
  @Get('whoami')
  whoami(@Req() request: { user: Actor }): object {
    return { subject: request.user.subject, machine: request.user.kind === 'machine' };
  }

  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }
}

@Module({})
class ConfigModule {
  static of(config: Config): DynamicModule {
    const provider = { provide: Config, useValue: config };
    return { module: ConfigModule, global: true, providers: [provider], exports: [Config] };
  }
}

@Module({})
class TestModule {
  static of(config: Config): DynamicModule {
    return {
      module: TestModule,
      imports: [ConfigModule.of(config), AuthModule],
      controllers: [WhoamiController],
      providers: [{ provide: APP_GUARD, useExisting: JwtAuthGuard }],
    };
  }
}

const hydra = new TestIssuer('https://hydra.test/');
const local = new TestIssuer('http://localhost:3000/oauth2', { type: 'at+jwt' });

interface Reply {
  status: number;
  challenge: unknown;
  retryAfter: unknown;
  body: string;
}

describe('JwtAuthGuard', () => {
  let server: KeyServer;
  let app: NestFastifyApplication;
  let log: string[];

  const start = async (): Promise<NestFastifyApplication> => {
    const config = new Config({ HYDRA_ISSUER: hydra.issuer, HYDRA_JWKS_URI: server.url });
    const logger = { level: 'warn', stream: { write: (line: string) => void log.push(line) } };
    const started = await NestFactory.create<NestFastifyApplication>(
      TestModule.of(config),
      new FastifyAdapter({ logger }),
      { logger: false },
    );
    started.useGlobalFilters(new ProblemDetailsFilter());
    await started.init();
    return started;
  };

  const get = async (
    url: string,
    headers: Record<string, string | string[]> = {},
    to = app,
  ): Promise<Reply> => {
    const { statusCode, headers: answered, body } = await to.inject({ method: 'GET', url, headers });
    return {
      status: statusCode,
      challenge: answered['www-authenticate'],
      retryAfter: answered['retry-after'],
      body,
    };
  };
  const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

  beforeEach(async () => {
    log = [];
    server = new KeyServer();
    await server.listen();
    server.serves(hydra.jwks());
    app = await start();
  });

  afterEach(async () => {
    await app.close();
    await server.close();
  });

  describe('when the token is good', () => {
    it('JwtAuthGuard hands the actor of a good token to the route, the first time and again', async () => {
      const token = await hydra.person(PERSON);
      for (let i = 0; i < 2; i += 1) {
        const { status, body } = await get('/whoami', bearer(token));
        expect([status, JSON.parse(body)]).toEqual([200, { subject: PERSON.sub, machine: false }]);
      }
    });

    it('JwtAuthGuard accepts tokens of an issuer that the application added', async () => {
      app.get(TrustedIssuers).add({ kind: 'hydra', issuer: local.issuer, keys: local.jwks() });
      const { body } = await get('/whoami', bearer(await local.sign({ sub: 'robot', client_id: 'robot' })));
      expect(JSON.parse(body)).toEqual({ subject: 'robot', machine: true });
    });

    it('JwtAuthGuard judges a token for its own application when two of them share the process', async () => {
      const other = await start();
      app.get(TrustedIssuers).add({ kind: 'hydra', issuer: local.issuer, keys: local.jwks() });
      const token = await local.sign({ sub: 'robot', client_id: 'robot' });
      const statuses = [await get('/whoami', bearer(token)), await get('/whoami', bearer(token), other)];
      await other.close();
      expect(statuses.map(({ status }) => status)).toEqual([200, 401]);
    });
  });

  describe('when the route is public', () => {
    it('JwtAuthGuard asks for no token on a public route, and looks at none', async () => {
      expect((await get('/open')).status).toBe(200);
      expect((await get('/open', bearer('nonsense'))).status).toBe(200);
    });
  });

  describe('when there are no bearer credentials', () => {
    it('JwtAuthGuard answers 401 without bearer credentials and asks for a token, naming no error', async () => {
      for (const headers of [undefined, { authorization: 'Basic dXNlcjpwYXNz' }]) {
        const { status, challenge } = await get('/whoami', headers);
        expect([status, challenge]).toEqual([401, 'Bearer realm="oauth-client-registry"']);
      }
      expect(log).toEqual([]);
    });

    it('JwtAuthGuard looks at no token in the query or a cookie', async () => {
      const token = await hydra.person(PERSON);
      const answer = await get(`/whoami?access_token=${token}`, { cookie: `access_token=${token}` });
      expect([answer.status, answer.challenge]).toEqual([401, 'Bearer realm="oauth-client-registry"']);
    });
  });

  describe('when the token is bad', () => {
    const CHALLENGE =
      'Bearer realm="oauth-client-registry", error="invalid_token", ' +
      'error_description="The access token is malformed, expired, or not meant for this API."';

    it('JwtAuthGuard gives bad tokens one and the same answer, and tells the cause to the log alone', async () => {
      const good = await hydra.person(PERSON);
      const bad: [string, Record<string, string | string[]>][] = [
        ['authorization_header', { authorization: 'Bearer a b' }],
        ['authorization_header', { authorization: [`Bearer ${good}`, `Bearer ${good}`] }],
        ['not_a_compact_jws', bearer('nonsense')],
        ['expired', bearer(await hydra.person(PERSON, { exp: 1, iat: 0 }))],
        ['audience', bearer(await hydra.person(PERSON, { aud: 'other' }))],
        ['unknown_key', bearer(await hydra.sign({ sub: 'x', client_id: 'x', scp: [] }, { key: local.key }))],
        ['signature', bearer(`${good.slice(0, -8)}AAAAAAAA`)],
      ];
      for (const [reason, headers] of bad) {
        log = [];
        const { status, challenge, body } = await get('/whoami', headers);
        const line = JSON.parse(log.join('')) as { request_id: string; reason: string };
        expect([status, challenge, line.reason]).toEqual([401, CHALLENGE, reason]);
        expect(JSON.parse(body)).toEqual({
          type: 'urn:oauth-client-registry:problem:invalid_token',
          title: 'A valid bearer token is required',
          status: 401,
          code: 'invalid_token',
          detail:
            'The access token is malformed, expired, or not meant for this API. ' +
            "Get a new one; if that is refused too, the service's log says why, in the line with this request_id.",
          request_id: line.request_id,
        });
      }
    });

    it('JwtAuthGuard writes one short line on a bad token, without any part of it', async () => {
      const kid = `${'k'.repeat(200)}\r\n{"level":"fatal"}`;
      const token = await hydra.sign({ sub: 'x', client_id: 'x', scp: [] }, { header: { kid } });
      await get('/whoami', bearer(token));
      expect(log).toHaveLength(1);
      expect(log[0]?.length).toBeLessThan(300);
      expect(log[0]).not.toContain('kkk');
      expect(token.split('.').some((part) => log[0]?.includes(part))).toBe(false);
    });
  });

  describe('when the keys are out of reach', () => {
    it('JwtAuthGuard answers 503 with Retry-After, not 401, when the keys are out of reach', async () => {
      await app.close();
      server.answers((response) => response.writeHead(500).end());
      app = await start();
      const { status, retryAfter, challenge } = await get('/whoami', bearer(await hydra.person(PERSON)));
      expect([status, retryAfter, challenge]).toEqual([503, '5', undefined]);
    });
  });
});
