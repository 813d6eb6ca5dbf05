import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JWTVerifyResult } from 'jose';
import {
  DEMO_PEOPLE,
  PLATFORM_CLIENT_ID,
  SWAGGER_UI_CLIENT_ID,
} from '../../../src/embedded-server/demo/demo.js';
import { demoToken } from '../../../src/embedded-server/demo/demo-token-command.js';
import { Config } from '../../../src/config/config.js';
import { noteRunningService } from '../../../src/embedded-server/demo/running-service.js';
import { ServerState } from '../../../src/embedded-server/server-state.js';
import { ConfigurationError } from '../../../src/config/environment.js';

describe('npm run demo:token', () => {
  let directory: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'demo-tokens-'));
    env = { DATA_DIR: directory, PUBLIC_URL: 'https://registry.example', AUTH_AUDIENCE: 'urn:example:api' };
  });

  afterEach(() => rm(directory, { recursive: true }));

  describe('when the service has been started once', () => {
    let state: ServerState;

    beforeEach(async () => {
      state = await ServerState.open(directory);
    });

    const verified = async (holder: string): Promise<JWTVerifyResult> =>
      jwtVerify(await demoToken([holder], env), createLocalJWKSet(state.publicKeys), {
        issuer: 'https://registry.example/oauth2',
        audience: 'urn:example:api',
        typ: 'at+jwt',
        algorithms: ['RS256'],
      });

    it.each(['admin', 'viewer'] as const)(
      'npm run demo:token makes a token of the %s for this API',
      async (holder) => {
        const { payload } = await verified(holder);

        expect(payload).toMatchObject({
          sub: DEMO_PEOPLE[holder].subject,
          client_id: SWAGGER_UI_CLIENT_ID,
          scope: 'oauth_clients:read oauth_clients:write',
        });
      },
    );

    it('npm run demo:token makes a machine token of the platform', async () => {
      const { payload } = await verified('platform');

      expect(payload).toMatchObject({
        sub: PLATFORM_CLIENT_ID,
        client_id: PLATFORM_CLIENT_ID,
        scope: 'registry:admin',
      });
    });

    it('npm run demo:token makes a token that the running service accepts, with whatever settings that was started', async () => {
      await noteRunningService(new Config(env));
      env = { DATA_DIR: directory };
      expect((await verified('admin')).payload.iss).toBe('https://registry.example/oauth2');
    });

    it('npm run demo:token goes by what it is told itself before the settings of the running service', async () => {
      await noteRunningService(new Config({ DATA_DIR: directory, PORT: '3999', AUTH_AUDIENCE: 'other' }));
      expect((await verified('admin')).payload.aud).toBe('urn:example:api');
    });

    it('npm run demo:token makes tokens that are valid for one hour and differ', async () => {
      const [one, other] = [await verified('admin'), await verified('admin')];

      expect((one.payload.exp ?? 0) - (one.payload.iat ?? 0)).toBe(3600);
      expect(one.payload.jti).not.toBe(other.payload.jti);
    });

    it('npm run demo:token names the key that signed', async () => {
      expect((await verified('viewer')).protectedHeader.kid).toBe(state.signingKey.kid);
    });
  });

  it('npm run demo:token makes no token of the embedded server for a service with Hydra, and says where to get one', async () => {
    await ServerState.open(directory);
    Object.assign(env, {
      AUTHORIZATION_SERVER: 'hydra',
      HYDRA_ISSUER: 'https://hydra.example/',
      HYDRA_ADMIN_URL: 'http://hydra:4445',
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      ASSIGNABLE_SCOPES: 'openid',
    });
    const making = demoToken(['admin'], env);
    await expect(making).rejects.toThrow(ConfigurationError);
    await expect(making).rejects.toThrow(
      /AUTHORIZATION_SERVER=hydra: get one from Hydra, as docker\/walk\.sh/,
    );
  });

  it('npm run demo:token says what to do when the service has never been started', async () => {
    await expect(demoToken(['admin'], env)).rejects.toThrow(/start the service once, with npm start/);
  });

  it.each([[[]], [['nobody']], [['Admin']], [['admin', 'viewer']], [['__proto__']]])(
    'npm run demo:token refuses the arguments %j with the ones it knows',
    async (args) => {
      const making = demoToken(args, env);

      await expect(making).rejects.toThrow(ConfigurationError);
      await expect(making).rejects.toThrow(/admin, viewer, platform/);
    },
  );
});
