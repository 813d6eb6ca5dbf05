import { misuse } from '../../config/command-line.js';
import { Config } from '../../config/config.js';
import { ConfigurationError } from '../../config/environment.js';
import { DEMO_TOKEN_HOLDERS, DemoTokens } from './demo-tokens.js';
import { findRunningServices, type RunningService } from './running-service.js';
import { ServerState } from '../server-state.js';

/**
 * A fresh token for the one named on the command line, whether or not the service runs.
 * Throws a ConfigurationError, with a sentence for a person, for any other argument, before the first start, and where no
 * such token could be accepted.
 */
export async function demoToken(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const holder = DEMO_TOKEN_HOLDERS.find((name) => name === args[0]);
  if (!holder || args.length > 1) {
    throw misuse(
      `Say whose token it is: ${DEMO_TOKEN_HOLDERS.join(', ')}.`,
      `npm run demo:token -- ${DEMO_TOKEN_HOLDERS[0]}`,
    );
  }
  const config = new Config(env);
  if (config.hydra !== null) {
    throw new ConfigurationError(
      'demo:token makes tokens of the embedded authorization server, which nobody accepts with AUTHORIZATION_SERVER=hydra: ' +
        'get one from Hydra, as docker/walk.sh does.',
    );
  }
  const state = await ServerState.find(config.dataDirectory);
  if (!state) {
    throw new ConfigurationError('There are no signing keys yet: start the service once, with npm start.');
  }
  return new DemoTokens(await serviceOf(config, env), state).issue(holder);
}

/** The settings in this terminal's environment, and else those that the running service was started with. */
async function serviceOf(config: Config, env: NodeJS.ProcessEnv): Promise<RunningService> {
  const isNamed = Boolean(env['PUBLIC_URL'] || env['PORT']);
  const running = (await findRunningServices(config.dataDirectory)).filter(
    ({ publicUrl }) => !isNamed || publicUrl === config.publicUrl,
  );
  const urls = [...new Set(running.map(({ publicUrl }) => publicUrl))];
  if (urls.length > 1) {
    throw new ConfigurationError(
      `A token is for one service, and several run here: say which by PUBLIC_URL=${urls.join(' or PUBLIC_URL=')}.`,
    );
  }
  const { publicUrl, audience } = running[0] ?? config;
  return { publicUrl, audience: env['AUTH_AUDIENCE'] ? config.audience : audience };
}
