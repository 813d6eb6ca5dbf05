import { setTimeout as delay } from 'node:timers/promises';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import { backUpDatabase, restoreDatabase } from '../support/database-backup.js';
import { MACHINE_CLIENT, type Body } from '../support/registry.js';
import { converge } from './convergence.js';
import { authenticates } from './hydra-target.js';
import { expireLeases } from './passing-time.js';
import type { Random } from './random.js';
import type { World } from './world.js';

const CLIENTS = 4;
/** Milliseconds in which a Hydra that has lost all clients is to have them again. */
const LOSS_PATIENCE_MS = 60_000;

/** What happens to a client between a backup and the restore. */
type Fate = 'rotated' | 'renamed' | 'untouched';

interface Subject {
  readonly client: OAuthClientDto;
  readonly fate: Fate;
  /** All secrets that were told, the present one last. */
  readonly secrets: readonly string[];
}

/** Puts one database back, and then the other, and holds what becomes of clients against what is promised. */
export async function checkRestores(world: World, random: Random): Promise<void> {
  const { mode, target } = world;
  if (target.backUp) await checkRestoreOfHydra(world, random, target.backUp);
  if (target.loseAll && mode === 'gate') await checkLoss(world, random, target.loseAll);
  await checkRestoreOfRegistry(world, random);
}

/** A revoked secret never works again, a present one stays where it is the one of then, and owners are told of the others. */
async function checkRestoreOfHydra(world: World, random: Random, backUp: () => () => void): Promise<void> {
  const clients = await newClients(world);
  const restore = backUp();
  const subjects = await live(world, random, clients);
  restore();
  await renameAll(world, subjects);
  for (const subject of subjects) {
    const { sync_problem } = await call(world, 'get', subject.client);
    const isLost = subject.fate === 'rotated' && world.mode === 'direct';
    expectSecrets(world, subject, await working(world, subject), isLost ? null : subject.secrets.at(-1));
    if ((sync_problem?.code === 'secret_lost') !== isLost)
      world.history.blame(subject.client.id, `says ${sync_problem?.code} after a restore of Hydra`);
  }
}

/** No owner does anything, and all that they were told last works again: Hydra's own secrets are derived. */
async function checkLoss(world: World, random: Random, loseAll: () => void): Promise<void> {
  const subjects = await live(world, random, await newClients(world));
  loseAll();
  const end = performance.now() + LOSS_PATIENCE_MS;
  for (const subject of subjects) {
    const last = { ...subject, secrets: subject.secrets.slice(-1) };
    while (performance.now() < end && (await working(world, last)).length === 0) await delay(100);
    expectSecrets(world, subject, await working(world, subject), subject.secrets.at(-1));
  }
  await converge(world);
}

/** Hydra keeps a secret that the registry has forgotten, and the client is held until its owner makes another one. */
async function checkRestoreOfRegistry(world: World, random: Random): Promise<void> {
  const { pool, processes, history, mode } = world;
  const clients = await newClients(world);
  const backup = await backUpDatabase(pool);
  const subjects = await live(world, random, clients);
  for (const process of processes) await process.kill();
  await restoreDatabase(pool, backup);
  await expireLeases(pool);
  await Promise.all(processes.map((process) => process.start()));
  await renameAll(world, subjects);
  for (const subject of subjects) {
    const { sync_problem } = await call(world, 'get', subject.client);
    const isHeld = sync_problem?.code === 'registry_restored';
    const works = isHeld && mode === 'gate' ? null : subject.secrets.at(-1);
    expectSecrets(world, subject, await working(world, subject), works);
    if (isHeld !== (subject.fate === 'rotated'))
      history.blame(subject.client.id, `says ${sync_problem?.code} after a restore of the registry`);
  }
  await expectNewSecrets(world, subjects);
}

async function expectNewSecrets(world: World, subjects: readonly Subject[]): Promise<void> {
  const rotated: Subject[] = [];
  for (const subject of subjects) {
    const { client_secret: secret } = await call(world, 'post', subject.client);
    rotated.push({ ...subject, secrets: [...subject.secrets, String(secret)] });
  }
  await converge(world);
  for (const subject of rotated)
    expectSecrets(world, subject, await working(world, subject), subject.secrets.at(-1));
}

async function newClients(world: World): Promise<OAuthClientDto[]> {
  const { tenant, processes } = world;
  const clients: OAuthClientDto[] = [];
  for (let count = 0; count < CLIENTS; count++) {
    const options = { token: await tenant.token(), body: MACHINE_CLIENT };
    clients.push((await processes[0]!.api.post<OAuthClientDto>(tenant.clients, options)).body);
  }
  await converge(world);
  return clients;
}

/** Lets each of them have its fate, the first of each kind for certain. */
async function live(world: World, random: Random, clients: readonly OAuthClientDto[]): Promise<Subject[]> {
  const fates: readonly Fate[] = ['rotated', 'renamed', 'untouched'];
  const subjects: Subject[] = [];
  for (const [index, client] of clients.entries()) {
    const fate = fates[index] ?? random.pick(fates);
    const told = [String(client.client_secret)];
    if (fate === 'rotated') told.push(String((await call(world, 'post', client)).client_secret));
    if (fate === 'renamed') await call(world, 'patch', client, { name: 'Renamed before the restore' });
    subjects.push({ client, fate, secrets: told });
  }
  await converge(world);
  return subjects;
}

/** A change is what makes the registry look at Hydra before the next comparison does. */
async function renameAll(world: World, subjects: readonly Subject[]): Promise<void> {
  for (const { client } of subjects)
    await call(world, 'patch', client, { name: 'Renamed after the restore' });
  await converge(world);
}

/** `post` makes a new secret. */
async function call(
  { tenant, processes }: World,
  method: 'get' | 'patch' | 'post',
  { id }: OAuthClientDto,
  body?: Body,
): Promise<OAuthClientDto> {
  const path = `${tenant.clients}/${id}${method === 'post' ? '/secrets' : ''}`;
  const options = { token: await tenant.token(), ...(body && { body }) };
  const answer = await processes[0]!.api[method]<OAuthClientDto>(path, options);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

async function working({ tokenUrl }: World, { client, secrets }: Subject): Promise<string[]> {
  const { client_id: clientId, token_endpoint_auth_method: method } = client;
  const found: string[] = [];
  for (const secret of secrets)
    if (await authenticates(tokenUrl, { clientId, secret, method })) found.push(secret);
  return found;
}

function expectSecrets(
  { history }: World,
  { client, fate, secrets }: Subject,
  found: readonly string[],
  expected: string | null | undefined,
): void {
  const numbers = (some: readonly string[]): string =>
    some.map((secret) => secrets.indexOf(secret) + 1).join();
  const wanted = expected ? [expected] : [];
  if (numbers(found) !== numbers(wanted))
    history.blame(
      client.id,
      `${fate}: its secrets [${numbers(found)}] work after a restore, not [${numbers(wanted)}]`,
    );
}
