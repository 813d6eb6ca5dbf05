import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** All that run a program of ours. */
const COMMANDS = Object.keys(scripts).filter((name) =>
  /\bnode (?:--[\w=-]+ )*dist\/src\/(?:main|commands\/[\w-]+)\.js/.test(scripts[name] ?? ''),
);

const run = (directory: string, name: string, ...args: string[]) =>
  spawnSync('npm', ['run', '--silent', name, '--', ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    encoding: 'utf8',
  });

const usageOf = (name: string): string => (name.startsWith('start') ? 'npm start' : `npm run ${name}`);

describe('A command', () => {
  /** A copy, since others run what is built here. */
  let directory: string;
  const built = (file: string) => join(directory, 'dist', file);

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'registry-commands-'));
    for (const part of ['package.json', '.swcrc', 'src', 'migrations'])
      cpSync(part, join(directory, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
    run(directory, 'build');
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('a command of each kind is among those that are tested here', () => {
    expect(COMMANDS).toEqual(
      expect.arrayContaining(['start', 'demo:token', 'sync:check', 'migration:revert', 'openapi:check']),
    );
  });

  it.each(COMMANDS.filter((name) => name !== 'start:dev'))(
    'a command refuses an argument that it does not know, says how it is called, and takes no file away: %s',
    (name) => {
      writeFileSync(built('src/in-use.js'), '');
      const before = statSync(built('src/main.js')).mtimeMs;
      const known = name === 'migration:generate' ? ['a-name'] : [];
      const { status, stdout, stderr } = run(directory, name, ...known, '--no-such-option');
      expect([stdout, stderr]).toEqual(['', expect.stringContaining(usageOf(name))]);
      expect([1, 2]).toContain(status);
      // The start is what builds; all others may be called beside a service.
      if (name === 'start') return;
      expect(statSync(built('src/main.js')).mtimeMs).toBe(before);
      expect(statSync(built('src/in-use.js')).size).toBe(0);
    },
  );

  it('a command builds what has changed since, and takes nothing away from a service beside it', () => {
    writeFileSync(built('src/in-use.js'), '');
    writeFileSync(join(directory, 'migrations/1-just-written.ts'), 'export const justWritten: number = 1;\n');
    run(directory, 'migration:run', '--no-such-option');
    expect(readFileSync(built('migrations/1-just-written.js'), 'utf8')).toContain('justWritten = 1');
    expect(statSync(built('src/in-use.js')).size).toBe(0);
  });

  it('a command builds its own program where there is none', () => {
    rmSync(built(''), { recursive: true });
    expect(run(directory, 'openapi:check', '--no-such-option').stderr).toContain('--no-such-option');
  });
});
