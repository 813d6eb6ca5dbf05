import { spawn, spawnSync } from 'node:child_process';

/** Where commands run, and what they are told beside what this process knows. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. Throws with all that it said when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, output } = await attempt(command, args, options);
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-8_000)}`);
  return output;
}

/** Runs a command that may fail. */
export function attempt(
  command: string,
  args: readonly string[],
  { cwd, env }: CommandOptions,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const note = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Why a tool chain cannot be used here, or null if it can: every command of it must end well. */
export function missing(commands: readonly (readonly [string, ...string[]])[], cwd: string): string | null {
  for (const [command, ...args] of commands) {
    const { error, status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
    if (error) return `there is no ${command} here`;
    if (status !== 0) return `${[command, ...args].join(' ')} fails: ${stderr.trim().slice(-300)}`;
  }
  return null;
}
