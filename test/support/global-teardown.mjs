import { rm } from 'node:fs/promises';

export default async function tearDown() {
  if (!globalThis.testPostgres) return;
  await globalThis.testPostgres.server.stop();
  await rm(globalThis.testPostgres.directory, { recursive: true, force: true });
}
