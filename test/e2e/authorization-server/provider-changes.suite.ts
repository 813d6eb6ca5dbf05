import * as oidc from 'openid-client';
import { changes } from '../../../src/embedded-server/provider-changes.js';
import { Provider } from '../../../src/embedded-server/oidc-provider.js';
import { ClientApp } from '../../flows/support.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

describe('oidc-provider', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;
  let provider: Provider;

  beforeAll(async () => {
    const callback = jest.spyOn(Provider.prototype, 'callback');
    registry = await TestRegistry.start();
    provider = callback.mock.contexts[0] as Provider;
    callback.mockRestore();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  it('oidc-provider calls every method that is replaced in it, when a person signs in and a token is refreshed', async () => {
    const uncalled = watch(provider);

    const app = await ClientApp.register(registry, tenant, {
      name: 'Web shop',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const { refresh_token: refreshToken = '' } = await app.signIn();
    await oidc.refreshTokenGrant(app.config, refreshToken);

    expect([...uncalled]).toEqual([]);
  });
});

/** The names of the replaced methods, each of which leaves the set when oidc-provider calls it. */
function watch(provider: Provider): ReadonlySet<string> {
  const uncalled = new Set<string>();
  for (const [name, target, methods] of changes(provider, {
    used: () => undefined,
    refused: () => undefined,
  })) {
    for (const method of Object.keys(methods)) {
      const replaced = Reflect.get(target, method) as Method;
      uncalled.add(`${name}.${method}`);
      Reflect.set(target, method, function (this: unknown, ...args: unknown[]) {
        if (isCalledByLibrary()) uncalled.delete(`${name}.${method}`);
        return Reflect.apply(replaced, this, args);
      });
    }
  }
  return uncalled;
}

/** Some of the methods are called by our own code too. The lines of a stack: message, this function, the wrapper, its caller. */
const isCalledByLibrary = (): boolean =>
  new Error().stack?.split('\n')[3]?.includes('/node_modules/oidc-provider/') ?? false;
