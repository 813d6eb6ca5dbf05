import { randomUUID } from 'node:crypto';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { runCommand, type CommandEnd, type CommandOptions, type Kill } from './command-process.js';
import { useHydraRegistry } from '../../support/use-registry.js';

/** Lets no wait of a second or more come to its end: what ends all the same was stopped. */
const ENDLESS_PATIENCE = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (run, ms, ...args) =>
      ms < 1_000 ? setTimeout(run, ms, ...args) : setTimeout(() => undefined, 2 ** 31 - 1);
  `)}`,
};

const IS_UNUSABLE = { code: 2, stdout: '', stderr: expect.stringMatching(/^DATABASE_URL [^\n]+\n$/) };

const setup = useHydraRegistry();
let proxies: TcpProxy[];

beforeEach(() => {
  proxies = [];
});
afterEach(async () => {
  setup.hydra.faults = () => null;
  for (const proxy of proxies) await proxy.close();
});

const COMMANDS = {
  'sync-check': () => [],
  'hydra-import': () => {
    const { organizationId, projectId } = setup.tenant;
    return ['--organization', organizationId, '--project', projectId, '--client-id', randomUUID()];
  },
};
type Command = keyof typeof COMMANDS;

async function databaseProxy(): Promise<TcpProxy> {
  const proxy = await TcpProxy.to(setup.registry.databaseUrl);
  proxies.push(proxy);
  return proxy;
}

const run = (command: Command, proxy: TcpProxy, options?: CommandOptions): Promise<CommandEnd> =>
  runCommand(command, setup, {
    ...options,
    args: COMMANDS[command](),
    env: { DATABASE_URL: proxy.url, ...options?.env },
  });

/** The moments from which the database says nothing any more, and what tells the test that one has come. */
const MOMENTS = {
  'before it says a word': (proxy: TcpProxy, then: () => void) => {
    proxy.silence();
    proxy.onConnection = then;
  },
  'between two of its answers': (proxy: TcpProxy, then: () => void) => {
    // The registry calls Hydra too, while the command is only being started.
    proxy.onConnection = () => {
      setup.hydra.faults = () => {
        proxy.silence();
        then();
        return null;
      };
    };
  },
};
type Moment = keyof typeof MOMENTS;

describe('when the database falls silent', () => {
  it.each<[Command, NodeJS.Signals, Moment, number]>([
    ['sync-check', 'SIGINT', 'before it says a word', 130],
    ['sync-check', 'SIGTERM', 'between two of its answers', 143],
    ['hydra-import', 'SIGTERM', 'before it says a word', 143],
    ['hydra-import', 'SIGINT', 'between two of its answers', 130],
  ])('%s ends at once at %s when the database falls silent %s', async (command, signal, moment, code) => {
    const proxy = await databaseProxy();
    const stopWhenSilent = (kill: Kill): void => MOMENTS[moment](proxy, () => kill(signal));
    const end = await run(command, proxy, { onStart: stopWhenSilent, env: ENDLESS_PATIENCE });
    expect(end).toMatchObject({ code, stderr: 'Stopped.\n' });
  });

  it('a command gives up by itself when the database falls silent and says so, with 2', async () => {
    const [silent, silenced] = [await databaseProxy(), await databaseProxy()];
    MOMENTS['before it says a word'](silent, () => undefined);
    MOMENTS['between two of its answers'](silenced, () => undefined);
    expect(await Promise.all([run('sync-check', silent), run('sync-check', silenced)])).toMatchObject([
      IS_UNUSABLE,
      IS_UNUSABLE,
    ]);
  });
});
