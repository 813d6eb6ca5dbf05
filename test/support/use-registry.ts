import { ClientCalls } from '../e2e/oauth-clients/support.js';
import type { AppOptions } from '../../src/app/create-app.js';
import { HydraRegistry } from './hydra/hydra-registry.js';
import { TestRegistry, type Body, type TestTenant } from './registry.js';

interface Scene {
  readonly registry: TestRegistry;
  /** Made when a suite takes it out of the scene. */
  readonly tenant: TestTenant;
  /** The calls on the tenant's clients; made when a suite takes them out of the scene. */
  readonly calls: ClientCalls;
}

interface SceneOptions {
  readonly app?: AppOptions;
  /** Settings of the tenant's organization. */
  readonly tenant?: Body;
  /** Who makes the calls: the tenant's admin, unless said otherwise. */
  readonly caller?: 'admin' | 'developer' | 'viewer';
  /** Each test has a registry of its own, where it would see what the others did. */
  readonly perTest?: boolean;
}

/**
 * The scene of a suite, in the line that says what the suite needs of it: `const { registry, tenant } = useRegistry();`.
 * The registry starts before the tests of the `describe` around the line, and stops after them.
 * @param env settings of the registry that differ from those of all tests
 */
export function useRegistry(env?: Record<string, string>, options: SceneOptions = {}): Scene {
  const { perTest } = options;
  const registry = use(
    () => TestRegistry.start(env, options.app),
    (started) => started.stop(),
    perTest,
  );
  const useTenant = () => use(() => registry.tenant(options.tenant), undefined, perTest);
  let tenant: TestTenant | undefined;
  return {
    registry,
    get tenant() {
      return (tenant ??= useTenant());
    },
    get calls() {
      const caller = (tenant ??= useTenant());
      const by = options.caller ?? 'admin';
      return use(() => Promise.resolve(new ClientCalls(registry, caller, caller[by])), undefined, perTest);
    },
  };
}

/** Like `useRegistry`, with a stand-in of Hydra that the registry is in front of. */
export function useHydraRegistry(
  settings?: Record<string, string>,
  { perTest }: Pick<SceneOptions, 'perTest'> = {},
): HydraRegistry {
  return use(
    () => HydraRegistry.start(settings),
    (started) => started.stop(),
    perTest,
  );
}

/**
 * Starts something before all tests (or before each) and stops it after them.
 * @returns an object that stands for what was started: suites are described, and name it, before anything starts
 */
function use<T extends object>(
  start: () => Promise<T>,
  stop: (started: T) => Promise<void> = () => Promise.resolve(),
  perTest = false,
): T {
  let started: T | undefined;
  const [before, after] = perTest ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    started = await start();
  });
  after(async () => {
    // A start that failed has told so already.
    if (started) await stop(started);
    started = undefined;
  });
  return new Proxy({} as T, {
    get(_, name) {
      if (!started)
        throw new Error(`${String(name)} is there when the tests run, not while they are described`);
      return Reflect.get(started, name) as unknown;
    },
  });
}
