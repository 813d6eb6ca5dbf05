import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../app/app.module.js';
import { Config } from '../config/config.js';
import { createOpenApiDocument } from '../app/openapi-document.js';

const FILE = 'openapi.json';

/** `npm run openapi:write` and `openapi:check`: the document as it is committed, made without a database. */
async function main(command: string | undefined): Promise<string> {
  const document = await createDocument();
  if (command === 'write') {
    await writeFile(FILE, document);
    return `${FILE} is written.`;
  }
  if (command !== 'check') throw new Error('Say one of: write, check.');
  const committed = await readFile(FILE, 'utf8').catch(() => '');
  if (committed === document) return `${FILE} is what the code says.`;
  throw new Error(`${FILE} is not what the code says. Run npm run openapi:write and review the difference.`);
}

async function createDocument(): Promise<string> {
  const config = new Config({});
  const app = await NestFactory.create(AppModule.with(config), new FastifyAdapter(), {
    preview: true,
    logger: false,
  });
  return `${JSON.stringify(createOpenApiDocument(app, config), null, 2)}\n`;
}

main(process.argv[2]).then(console.log, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
