import { readOptions, refuseArguments } from '../../../src/config/command-line.js';
import { ConfigurationError } from '../../../src/config/environment.js';

const OPTIONS = {
  owner: { type: 'string' },
  'client-id': { type: 'string', multiple: true },
  'dry-run': { type: 'boolean', default: false },
} as const;
const USAGE = 'npm run example -- [--owner OWNER] [--client-id ID ...] [--dry-run]';

const read = (...args: string[]) => readOptions(args, OPTIONS, USAGE);

function refusalOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

describe('A command line', () => {
  it('a command line is read by its options', () => {
    expect({ ...read() }).toEqual({ 'dry-run': false });
    expect({ ...read('--owner', 'x', '--client-id=a', '--client-id', 'b', '--dry-run') }).toEqual({
      owner: 'x',
      'client-id': ['a', 'b'],
      'dry-run': true,
    });
  });

  it.each([
    ['an option that is not known', ['--dryrun'], '--dryrun'],
    ['an option of one letter', ['-n'], '-n'],
    ['a word', ['x'], 'x'],
    ['a word behind two hyphens', ['--', 'x'], 'x'],
    ['an option without its value', ['--owner'], '--owner'],
    ['a value for an option that has none', ['--dry-run=no'], '--dry-run'],
    ['a negation', ['--no-dry-run'], '--no-dry-run'],
    [
      'an option that counts once, given again',
      ['--owner', 'x', '--owner', 'y'],
      '--owner may be given once',
    ],
    ['the same again', ['--owner', 'x', '--owner=x'], '--owner may be given once'],
  ])(
    'a command line is refused, with what is wrong and how the command is called, for %s',
    (_, args, problem) => {
      const refusal = refusalOf(() => read(...args));
      expect(refusal).toContain(problem);
      expect(refusal).toContain(USAGE);
    },
  );

  it('a command line is refused for a word beyond those that the command takes', () => {
    expect(refusalOf(() => refuseArguments(['--dry-run'], USAGE))).toBe(
      `The argument "--dry-run" is not known.\n\n${USAGE}`,
    );
    expect(() => refuseArguments([], USAGE)).not.toThrow();
  });
});
