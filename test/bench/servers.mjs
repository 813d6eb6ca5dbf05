import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const READY = 'OAuth Client Registry is ready.';
const POLL_MS = 10;
/** Clock ticks of /proc: as many on every Linux, whatever the kernel's own clock (sysconf(3), _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/** Seconds from `npm start` to the printed lines. */
export async function timeStart(settings) {
  const started = performance.now();
  const service = await run('npm', ['start'], settings);
  const seconds = (performance.now() - started) / 1000;
  await service.stop();
  return seconds;
}

/** The service with the command line that `npm start` gives it, without npm around it. */
export function startService(settings) {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return run(process.execPath, scripts['start:prod'].split(' ').slice(1), settings);
}

async function run(command, args, settings) {
  const port = settings.PORT ? Number(settings.PORT) : await freePort();
  const logFile = join(settings.DATA_DIR, 'bench-service.log');
  const log = openSync(logFile, 'w');
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH, HOME, PORT: String(port), RATE_LIMITS: 'off', ...settings },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  await once(child, 'spawn');
  const server = new Server(child, port);
  while (!readFileSync(logFile, 'utf8').includes(READY)) {
    if (child.exitCode !== null) throw new Error(`The service ended:\n${readFileSync(logFile, 'utf8')}`);
    await delay(POLL_MS);
  }
  return server;
}

export const startFloor = (settings) => startChild('floor/floor.mjs', settings);

export const startFloorProvider = (settings) => startChild('floor/floor-provider.mjs', settings);

async function startChild(file, settings) {
  const child = fork(join(import.meta.dirname, file), { detached: true });
  child.send(settings);
  const [port] = await once(child, 'message');
  return new Server(child, port);
}

/** A running process at the head of a process group of its own, so that a stop signal reaches what npm runs. */
class Server {
  #child;

  constructor(child, port) {
    this.port = port;
    this.#child = child;
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

  /** What the process, without the database, has used so far; null where the system does not tell. */
  cpuSeconds() {
    if (process.platform !== 'linux') return null;
    // The name, in parentheses, may hold anything; user and system time are the 12th and 13th field after it (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  #signal() {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGTERM');
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
