import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApiClient } from './api-client.js';
import { FIRST_PARTY_CLIENT_ID } from './registry.js';
import { TestIssuer } from './tokens.js';
import { freePort } from './free-port.js';

export type LogLine = Readonly<Record<string, unknown>>;

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built service as a process of its own, as people start it. Trusts the tokens of `TestRegistry`. */
export class ServiceProcess {
  readonly api: ApiClient;
  readonly ended: Promise<End>;
  private readonly process: ChildProcess;
  private out = '';
  private errors = '';

  private constructor(
    readonly url: string,
    env: Record<string, string>,
  ) {
    this.api = new ApiClient(url);
    this.process = spawn(process.execPath, ['dist/src/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Starts it without waiting for anything. An empty value counts as none. */
  static async launch(env: Record<string, string> = {}): Promise<ServiceProcess> {
    const port = String(await freePort());
    const directory = env['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'registry-process-'));
    const all = {
      PATH: process.env['PATH'] ?? '',
      PORT: port,
      DATA_DIR: directory,
      RATE_LIMITS: 'off',
      ...trust(),
      ...env,
    };
    return new ServiceProcess(`http://127.0.0.1:${all.PORT}`, all);
  }

  /** Starts it and waits until it has said that it is ready. */
  static async start(env: Record<string, string> = {}): Promise<ServiceProcess> {
    const service = await ServiceProcess.launch(env);
    await service.ready();
    return service;
  }

  /** Rejects when the process ends first. */
  async ready(): Promise<void> {
    const isReady = new Promise<true>((resolve) => {
      const look = (): void => {
        if (this.out.includes(' is ready.')) resolve(true);
      };
      this.process.stdout?.on('data', look);
      look();
    });
    const first = await Promise.race([isReady, this.ended]);
    if (first !== true) throw new Error(`the service did not start: ${this.out}${this.errors}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.signal(signal);
    return this.ended;
  }

  /** What it has written to its standard output: the banner for people, and log lines. */
  get stdout(): string {
    return this.out;
  }

  get stderr(): string {
    return this.errors;
  }

  get log(): LogLine[] {
    const lines = this.out.split('\n').filter((line) => line.startsWith('{"'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  }
}

let trusted: Record<string, string> | undefined;

/** Settings with which it trusts the tokens that `TestRegistry` hands out: issuers of one name have one key in a process. */
function trust(): Record<string, string> {
  trusted ??= writeKeys(new TestIssuer('https://hydra.test/'));
  return trusted;
}

function writeKeys(issuer: TestIssuer): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'registry-keys-')), 'keys.json');
  writeFileSync(file, JSON.stringify(issuer.jwks()));
  return {
    HYDRA_ISSUER: issuer.issuer,
    HYDRA_JWKS_URI: pathToFileURL(file).href,
    FIRST_PARTY_CLIENT_IDS: FIRST_PARTY_CLIENT_ID,
  };
}
