import 'reflect-metadata';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../app/app.module.js';
import { misuse, refuseArguments } from '../config/command-line.js';
import { Config } from '../config/config.js';
import { createOpenApiDocument } from '../app/openapi-document.js';
import { advicePage } from '../app/openapi/advice-page.js';
import { errorsPage } from '../app/openapi/errors-page.js';

/** Every file that is generated from the code, and is committed so that reviews see what a change makes of it. */
const FILES: Readonly<Record<string, () => Promise<string>>> = {
  'openapi.json': createDocument,
  'docs/errors.md': () => Promise.resolve(errorsPage()),
  'docs/advice.md': () => Promise.resolve(advicePage()),
};

const USAGE = 'npm run openapi:write or npm run openapi:check';

/** `npm run openapi:write` and `openapi:check`: what the code says of itself, made without a database. */
async function main([command, ...others]: readonly string[]): Promise<string> {
  if (command !== 'write' && command !== 'check') throw misuse('Say one of: write, check.', USAGE);
  refuseArguments(others, USAGE);
  const names = new Intl.ListFormat('en').format(Object.keys(FILES));
  for (const [name, make] of Object.entries(FILES)) {
    await (command === 'write' ? write : check)(name, await make());
  }
  return command === 'write' ? `${names} are written.` : `${names} are what the code says.`;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function check(file: string, text: string): Promise<void> {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === text) return;
  throw new Error(`${file} is not what the code says. Run npm run openapi:write and review the difference.`);
}

async function createDocument(): Promise<string> {
  const config = new Config({});
  const app = await NestFactory.create(AppModule.with(config), new FastifyAdapter(), {
    preview: true,
    logger: false,
  });
  return `${JSON.stringify(createOpenApiDocument(app, config), null, 2)}\n`;
}

main(process.argv.slice(2)).then(console.log, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
