import { spawn } from 'node:child_process';
import { parse } from 'node:path';

/** Who a process runs as. Absent: as this process does. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export interface CommandResult {
  readonly ok: boolean;
  /** What the program wrote to both streams, or why it could not be spawned. */
  readonly output: string;
}

/** Runs a program to its end. Never rejects: a program that cannot be spawned is an outcome too. */
export async function run(
  file: string,
  args: readonly string[],
  identity?: Identity,
): Promise<CommandResult> {
  try {
    return await runToExit(file, args, identity);
  } catch (error) {
    return { ok: false, output: String(error) };
  }
}

function runToExit(file: string, args: readonly string[], identity?: Identity): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...identity,
      cwd: ROOT_DIRECTORY,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const settle = (code: number | null): void => {
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      resolve({ ok: code === 0, output });
    };
    child.on('error', reject);
    child.on('close', settle);
    // On Windows a server inherits the pipes of the pg_ctl that started it, and they stay open with it.
    child.on('exit', (code) => setTimeout(settle, PIPE_GRACE_MS, code).unref());
  });
}

/** The line of an output or a server log that says what went wrong, without the server's time stamp. */
export function tellingLine(text: string): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(LOG_PREFIX, '').trim())
    .filter((line) => !SUMMARY.test(line));
  return lines.findLast((line) => FAILURE.test(line)) ?? lines.findLast(Boolean) ?? 'no output';
}

/** A server outlives the start that spawned it: it gets what programs need to run, and none of our secrets. */
function environment(): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', TZ: 'UTC' };
}

const INHERITED = [
  'PATH',
  'LD_LIBRARY_PATH',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'SystemDrive',
  'ComSpec',
];
/** PostgreSQL asks for the working directory; ours may be one that its OS user cannot enter. */
const ROOT_DIRECTORY = parse(process.execPath).root;
const PIPE_GRACE_MS = 100;
const LOG_PREFIX = /^[\d-]+ [\d:.]+ \w+ \[\d+\] /;
/** What pg_ctl adds at the end of every failure. */
const SUMMARY = /^pg_ctl: could not start server|^Examine the log output/;
const FAILURE = /\b(?:PANIC|FATAL|ERROR|error|could not|cannot|denied)\b/;
