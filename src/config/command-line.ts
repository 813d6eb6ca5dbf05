import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ConfigurationError } from './environment.js';

/*
 * Nothing that a command is told is ignored: whoever says `--dry-run` to one that does not know it would get the opposite of
 * what was asked.
 */

/** A command line that the command does not take, with how it is called. */
export const misuse = (problem: string, usage: string): ConfigurationError =>
  new ConfigurationError(`${problem}\n\n${usage}`);

/**
 * The options of a command that takes nothing else.
 *
 * @throws ConfigurationError for anything else, and for an option that is given again where one counts
 */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  const { values, tokens } = parsed(args, options, usage);
  const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const again = names.find((name, index) => names.indexOf(name) < index && !options[name]?.multiple);
  if (again !== undefined) throw misuse(`--${again} may be given once only.`, usage);
  return values;
}

function parsed<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options, tokens: true });
  } catch (error) {
    throw misuse(error instanceof Error ? error.message : String(error), usage);
  }
}

/** @throws ConfigurationError when there is an argument beyond those that the command takes */
export function refuseArguments([first]: readonly string[], usage: string): void {
  if (first !== undefined) throw misuse(`The argument ${JSON.stringify(first)} is not known.`, usage);
}
