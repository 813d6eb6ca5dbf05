import { misuse } from '../../config/command-line.js';
import { Config } from '../../config/config.js';
import { ConfigurationError } from '../../config/environment.js';
import { DEMO_TOKEN_HOLDERS, DemoTokens } from './demo-tokens.js';
import { findRunningService, type RunningService } from './running-service.js';
import { ServerState } from '../server-state.js';

/**
 * A fresh token for the one named on the command line, whether or not the service runs.
 * Throws a ConfigurationError, with a sentence for a person, for any other argument and before the first start.
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
  const state = await ServerState.find(config.dataDirectory);
  if (!state) {
    throw new ConfigurationError('There are no signing keys yet: start the service once, with npm start.');
  }
  return new DemoTokens(await serviceOf(config, env), state).issue(holder);
}

/** The settings in this terminal's environment, and else those that the service was started with. */
async function serviceOf(config: Config, env: NodeJS.ProcessEnv): Promise<RunningService> {
  const { publicUrl, audience } = (await findRunningService(config.dataDirectory)) ?? config;
  return {
    publicUrl: env['PUBLIC_URL'] || env['PORT'] ? config.publicUrl : publicUrl,
    audience: env['AUTH_AUDIENCE'] ? config.audience : audience,
  };
}
