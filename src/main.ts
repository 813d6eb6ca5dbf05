import 'reflect-metadata';
import { refuseArguments } from './config/command-line.js';
import { Config } from './config/config.js';
import { ConfigurationError } from './config/environment.js';
import { createApp, type App } from './app/create-app.js';
import { codeOf } from './lib/error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres/embedded-postgres-error.js';

/** Milliseconds after SHUTDOWN_DELAY in which the process ends, whatever hangs. */
const STOP_TIMEOUT_MS = 10_000;

const USAGE = 'npm start takes its settings from environment variables: see docs/configuration.md.';

async function main(args: readonly string[]): Promise<void> {
  refuseArguments(args, USAGE);
  const stopSignal = nextStopSignal();
  const config = new Config(process.env);
  const app = await createApp(config);
  await listen(app, config);
  process.stdout.write(await app.banner());
  await stopSignal;
  setTimeout(() => process.exit(1), config.shutdownDelay * 1_000 + STOP_TIMEOUT_MS).unref();
  await app.stop(config.shutdownDelay);
}

/** The handlers stay, so that a second signal (npm passes on what a terminal sends to all) does not cut the stop short. */
function nextStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}

async function listen(app: App, { host, port }: Config): Promise<void> {
  try {
    await app.nest.listen(port, host);
  } catch (error) {
    await app.stop();
    throw new ConfigurationError(`PORT or HOST cannot be listened on (${codeOf(error) ?? 'unknown'}).`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof ConfigurationError || error instanceof EmbeddedPostgresError;
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
