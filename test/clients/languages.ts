import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, missing, run, type CommandOptions } from './toolchains.js';

const ROOT = join(import.meta.dirname, '../..');
const HERE = join(ROOT, 'test/clients');
/** Where everything generated goes. Not committed, and made anew in each run. */
const GENERATED = join(HERE, 'generated');
const DOCUMENT = join(ROOT, 'openapi.json');

/** What a program of a client is told: the service, a token, and the project it works in. */
export type Environment = Readonly<
  Record<'REGISTRY_URL' | 'REGISTRY_TOKEN' | 'ORG_ID' | 'PROJECT_ID', string>
>;

export interface Language {
  readonly generator: string;
  /** Why this cannot be tried here, or null. May install what it needs. */
  readonly lacks: () => string | null;
  /** Generates the client, compiles the program that uses it, and runs it. Throws with the output of what failed. */
  readonly use: (environment: Environment) => Promise<void>;
}

const inGenerated = async (name: string): Promise<string> => {
  const folder = join(GENERATED, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
};

/** Runs a compiler on what it must not take. Throws unless it says why. */
async function refuse(
  command: string,
  args: readonly string[],
  why: string,
  options: CommandOptions,
): Promise<void> {
  const { code, output } = await attempt(command, args, options);
  if (code === 0 || !output.includes(why)) throw new Error(`${command} took a wrong id:\n${output}`);
}

/** Both generators for TypeScript, compiled by one strict configuration. */
async function compileTypeScript(): Promise<string> {
  await inGenerated('.');
  const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
  const cwd = ROOT;
  // Without the flag, a default makes a member of a request required.
  const schema = [DOCUMENT, '--default-non-nullable=false', '--output', join(GENERATED, 'schema.d.ts')];
  await run(bin('openapi-typescript'), schema, { cwd });
  const sdk = [
    '--input',
    DOCUMENT,
    '--output',
    join(GENERATED, 'hey-api'),
    '--client',
    '@hey-api/client-fetch',
  ];
  await run(bin('openapi-ts'), sdk, { cwd });
  await run(bin('tsc'), ['-p', join(HERE, 'typescript')], { cwd });
  return join(GENERATED, 'out/typescript');
}

const typescript: Language = {
  generator: 'openapi-typescript with openapi-fetch, and hey-api',
  lacks: () => null,
  use: async (env) => {
    const programs = await compileTypeScript();
    for (const name of ['openapi-fetch.js', 'hey-api.js']) {
      await run(process.execPath, [join(programs, name)], { cwd: ROOT, env });
    }
  },
};

/** An environment of Python of its own, kept between runs. */
const VENV = join(ROOT, 'node_modules/.cache/clients-python');
const PYTHON = join(VENV, 'bin/python');

const python: Language = {
  generator: 'openapi-python-client 0.29.0',
  lacks: () =>
    existsSync(join(VENV, 'bin/openapi-python-client'))
      ? null
      : missing(
          [
            ['python3', '-m', 'venv', VENV],
            [PYTHON, '-m', 'pip', 'install', '--quiet', 'openapi-python-client==0.29.0'],
          ],
          ROOT,
        ),
  use: async (env) => {
    const folder = await inGenerated('python');
    const output = join(folder, 'registry_client');
    const generate = ['generate', '--path', DOCUMENT, '--output-path', output, '--meta', 'none'];
    await run(join(VENV, 'bin/openapi-python-client'), generate, { cwd: folder });
    await run(PYTHON, [join(HERE, 'python/main.py')], { cwd: folder, env: { ...env, PYTHONPATH: folder } });
  },
};

const go: Language = {
  generator: 'ogen 1.24.0',
  lacks: () => missing([['go', 'version']], ROOT),
  use: async (env) => {
    const folder = await inGenerated('go');
    await cp(join(HERE, 'go'), folder, { recursive: true });
    const ogen = ['run', 'github.com/ogen-go/ogen/cmd/ogen@v1.24.0', '--target', 'api', '--package', 'api'];
    await run('go', [...ogen, DOCUMENT], { cwd: folder });
    await run('go', ['mod', 'tidy'], { cwd: folder });
    await run('go', ['run', '.'], { cwd: folder, env });
    await refuse('go', ['build', '-o', '/dev/null', './wrong'], 'cannot use "019aadd4', { cwd: folder });
  },
};

const java: Language = {
  generator: 'openapi-generator 7.14.0 (java, native)',
  lacks: () =>
    missing(
      [
        ['java', '-version'],
        ['mvn', '--version'],
      ],
      ROOT,
    ),
  use: async (env) => {
    const folder = await inGenerated('java');
    await cp(join(HERE, 'java'), folder, { recursive: true });
    const goals = ['compile', 'exec:java', '-Dexec.mainClass=Main', `-Dopenapi.document=${DOCUMENT}`];
    await run('mvn', ['--batch-mode', '--quiet', ...goals], { cwd: folder, env });
    const wrong = ['-cp', 'target/classes', '-d', 'target/wrong', 'wrong/Wrong.java'];
    await refuse('javac', wrong, 'String cannot be converted to UUID', { cwd: folder });
  },
};

export const LANGUAGES: Readonly<Record<string, Language>> = { typescript, python, go, java };
