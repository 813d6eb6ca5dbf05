import { spawn } from 'node:child_process';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import type { TestRegistry } from '../../support/registry.js';

export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of the standard output. */
  readonly lines: readonly string[];
}

/** Sends each signal once: a second one ends a command before it has stopped in order, as whoever is impatient wants it. */
export type Kill = (signal: NodeJS.Signals) => void;

export interface CommandOptions {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** Called with all that was written so far to the standard output, each time that it becomes more. */
  readonly onOutput?: (stdout: string, kill: Kill) => void;
  /** Called with what can end it before its time. */
  readonly onStart?: (kill: Kill) => void;
}

/** Runs a built command beside the registry, with its settings, until it ends. */
export function runCommand(
  name: string,
  { hydra, registry }: { readonly hydra: { readonly adminUrl: string }; readonly registry: TestRegistry },
  { args = [], env = {}, onOutput, onStart }: CommandOptions = {},
): Promise<CommandEnd> {
  const settings = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: registry.databaseUrl,
    HYDRA_ISSUER: 'https://hydra.test/',
    ...hydraSettings(hydra.adminUrl),
    ...env,
  };
  const child = spawn(process.execPath, [`dist/src/commands/${name}.js`, ...args], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const sent = new Set<NodeJS.Signals>();
  const kill: Kill = (signal) => {
    if (!sent.has(signal)) child.kill(signal);
    sent.add(signal);
  };
  onStart?.(kill);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, kill);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.once('close', (code) =>
      resolve({ code, stdout, stderr, lines: stdout.split('\n').filter((line) => line !== '') }),
    );
  });
}
