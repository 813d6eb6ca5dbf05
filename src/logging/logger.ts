import { pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from '../config/config.js';

/** JSON lines for machines; in a terminal, readable ones. No line ever holds a token, a secret or a body. */
export function createLogger({ logLevel }: Config): Logger {
  const options = {
    level: logLevel,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return process.stdout.isTTY
    ? pino(options, PinoPretty({ colorize: true, ignore: 'time', singleLine: true, sync: true }))
    : pino(options);
}

/** The parts of an error that cannot hold what a caller sent: database errors carry their query's parameters along. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
