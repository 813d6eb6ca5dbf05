import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const READY = 'OAuth Client Registry is ready.';
const POLL_MS = 10;

/** Seconds from `npm start` to the printed lines. */
export async function timeStart(settings) {
  const started = performance.now();
  const service = await run('npm', ['start'], settings);
  const seconds = (performance.now() - started) / 1000;
  await service.stop();
  return seconds;
}

/** The service as `npm start` runs it, without npm around it. */
export const startService = (settings) => run(process.execPath, ['dist/src/main.js'], settings);

async function run(command, args, settings) {
  const port = await freePort();
  const logFile = join(settings.DATA_DIR, 'bench-service.log');
  const log = openSync(logFile, 'w');
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH, HOME, PORT: String(port), RATE_LIMITS: 'off', ...settings },
    stdio: ['ignore', log, log],
    // A process group of its own, so that a stop signal reaches what npm runs.
    detached: true,
  });
  closeSync(log);
  const server = new Server(child, port, -child.pid);
  while (!readFileSync(logFile, 'utf8').includes(READY)) {
    if (child.exitCode !== null) throw new Error(`The service did not start:\n${readFileSync(logFile)}`);
    await delay(POLL_MS);
  }
  return server;
}

export async function startFloor(settings) {
  const child = fork(join(import.meta.dirname, 'floor/floor.mjs'));
  child.send(settings);
  const [port] = await once(child, 'message');
  return new Server(child, port, child.pid);
}

class Server {
  #child;
  #target;

  constructor(child, port, target) {
    this.port = port;
    this.#child = child;
    this.#target = target;
    this.exited = once(child, 'exit');
    process.once('exit', () => this.#signal());
  }

  async stop() {
    this.#signal();
    await this.exited;
  }

  /** The most megabytes that were resident at once since the start; null where the system does not tell. */
  peakMemory() {
    if (process.platform !== 'linux') return null;
    const [, kilobytes] =
      /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  }

  #signal() {
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      process.kill(this.#target, 'SIGTERM');
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
