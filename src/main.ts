import 'reflect-metadata';
import { DemoSeed } from './embedded-server/demo/demo-seed.js';
import { DemoTokens } from './embedded-server/demo/demo-tokens.js';
import { ServerState } from './embedded-server/server-state.js';
import { Config } from './config/config.js';
import { ConfigurationError } from './config/environment.js';
import { createApp, type App } from './app/create-app.js';
import { EmbeddedPostgresError } from './embedded-postgres/embedded-postgres-error.js';
import { hydraBanner, startupBanner } from './app/startup-banner.js';

/** Milliseconds from the stop signal to the end, whatever hangs. */
const STOP_TIMEOUT_MS = 10_000;

async function main(): Promise<void> {
  const stopSignal = nextStopSignal();
  const config = new Config(process.env);
  const app = await createApp(config);
  await listen(app, config);
  process.stdout.write(await bannerOf(app, config));
  await stopSignal;
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  await app.stop();
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
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new ConfigurationError(`PORT or HOST cannot be listened on (${code}).`);
  }
}

async function bannerOf(
  { nest }: App,
  { publicUrl, dataDirectory, audience, hydra }: Config,
): Promise<string> {
  if (hydra !== null) return hydraBanner({ publicUrl, ...hydra });
  const tokens = nest.get(DemoTokens);
  const demo = { adminToken: await tokens.issue('admin'), viewerToken: await tokens.issue('viewer') };
  const isThere = await nest.get(DemoSeed).isComplete();
  return startupBanner({
    publicUrl,
    dataDirectory,
    audience,
    platformSecret: nest.get(ServerState).platformSecret,
    demo: isThere ? demo : null,
  });
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigurationError || error instanceof EmbeddedPostgresError;
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
