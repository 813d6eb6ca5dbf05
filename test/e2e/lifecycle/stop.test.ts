import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type pg from 'pg';
import { moment } from '../../support/hydra/faults.js';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { json, Listener, type HttpAnswer } from '../../support/hydra/http.js';
import { createDatabase } from '../../support/postgres.js';
import { exchange, type RawAnswer } from '../../support/raw-http.js';
import { WEB_CLIENT } from '../../support/registry.js';
import { ServiceProcess } from '../../support/service-process.js';
import { untilWaiting } from '../../support/until-waiting.js';
import { useRegistry } from '../../support/use-registry.js';

const IN_FLIGHT = 100;

interface Outcome {
  readonly status: number;
  readonly connection: string | undefined;
  readonly id: unknown;
}

async function outcomeOf(sent: ClientRequest): Promise<Outcome> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk as string;
  const { id } = JSON.parse(text) as { id?: unknown };
  return { status: answer.statusCode ?? 0, connection: answer.headers.connection, id };
}

/** Asks until the service takes nothing new; each question is a connection of its own. */
async function refused({ url }: ServiceProcess): Promise<void> {
  const ask = () =>
    fetch(`${url}/health/ready`, { headers: { connection: 'close' } }).then(
      ({ status }) => status,
      () => 'refused' as const,
    );
  for (let answer = await ask(); answer !== 'refused'; answer = await ask())
    expect([200, 503]).toContain(answer);
}

/** Asks for a token on a connection that is kept. */
const askForToken = ({ url }: ServiceProcess, agent: Agent): ClientRequest => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = request(`${url}/oauth2/token`, { agent, method: 'POST', headers });
  return sent.end(`grant_type=client_credentials&client_id=${randomUUID()}&client_secret=x`);
};

describe('the stop', () => {
  const { registry, tenant } = useRegistry();
  let service: ServiceProcess;
  let agent: Agent;
  let lock: pg.PoolClient;

  beforeEach(async () => {
    service = await ServiceProcess.start({ DATABASE_URL: registry.databaseUrl });
    agent = new Agent({ keepAlive: true });
    lock = await registry.database.connect();
  });
  afterEach(() => {
    service.signal('SIGKILL');
    agent.destroy();
    lock.release(true);
  });

  /** A request that the service has accepted, as its `100 Continue` says, and whose body it has not got yet. */
  async function accepted(): Promise<ClientRequest> {
    const body = JSON.stringify(WEB_CLIENT);
    const sent = request(`${service.url}${tenant.clients}`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.developer}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        expect: '100-continue',
      },
    });
    // Told by `outcomeOf`; before that nobody else listens.
    sent.on('error', () => undefined);
    sent.flushHeaders();
    await once(sent, 'continue');
    return sent;
  }

  /** Nothing new is written until the lock is let go, so what is in flight stays there. */
  async function hold(): Promise<ClientRequest[]> {
    await lock.query('begin; lock table oauth_clients in exclusive mode');
    return Promise.all(Array.from({ length: IN_FLIGHT }, accepted));
  }

  async function letGo(sent: readonly ClientRequest[]): Promise<Outcome[]> {
    const outcomes = Promise.all(sent.map(outcomeOf));
    for (const one of sent) one.end(JSON.stringify(WEB_CLIENT));
    await lock.query('rollback');
    return outcomes;
  }

  const countClients = async (): Promise<number> => {
    const { rowCount } = await registry.database.query('select from oauth_clients where project_id = $1', [
      tenant.projectId,
    ]);
    return rowCount ?? 0;
  };

  it.each<[string, [NodeJS.Signals, ...NodeJS.Signals[]]]>([
    ['SIGTERM', ['SIGTERM']],
    ['two SIGINTs, as npm passes on what a terminal sends', ['SIGINT', 'SIGINT']],
  ])(
    'the stop answers every accepted request, takes no other and exits with 0 within 10 s (%s)',
    async (_, [first, ...more]) => {
      const before = await countClients();
      const sent = await hold();
      service.signal(first);
      await refused(service);
      for (const signal of more) service.signal(signal);
      const outcomes = await letGo(sent);
      // One that takes longer gives up, with another code.
      expect(await service.ended).toEqual({ code: 0, signal: null });
      expect(outcomes.map(({ status, connection }) => [status, connection])).toEqual(
        Array.from({ length: IN_FLIGHT }, () => [201, 'close']),
      );
      expect(new Set(outcomes.map(({ id }) => id)).size).toBe(IN_FLIGHT);
      expect((await countClients()) - before).toBe(IN_FLIGHT);
    },
  );

  it('the stop fails readiness for SHUTDOWN_DELAY seconds first, and serves all else meanwhile', async () => {
    const slow = await ServiceProcess.start({ DATABASE_URL: registry.databaseUrl, SHUTDOWN_DELAY: '2' });
    slow.signal('SIGTERM');
    const ready = () => slow.api.get<{ detail?: string }>('/health/ready');
    let answer = await ready();
    while (answer.status === 200) answer = await ready();
    expect([answer.status, answer.body.detail]).toEqual([
      503,
      'The service is shutting down: send it no more requests.',
    ]);
    const created = await slow.api.post(tenant.clients, { token: tenant.developer, body: WEB_CLIENT });
    expect([created.status, (await slow.api.get('/health/live')).status]).toEqual([201, 200]);
    expect(await slow.ended).toEqual({ code: 0, signal: null });
  });

  it('the stop answers the connections that wait at its listener, and resets none', async () => {
    // As when the process is busy: connections and their requests wait in the kernel.
    service.signal('SIGSTOP');
    const live = 'GET /health/live HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n\r\n';
    const waiting: Promise<RawAnswer>[] = [];
    const sent = Array.from(
      { length: IN_FLIGHT },
      () => new Promise<void>((resolve) => waiting.push(exchange(service.url, live, resolve))),
    );
    await Promise.all(sent);
    service.signal('SIGTERM');
    service.signal('SIGCONT');
    const answers = await Promise.all(waiting);
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  it('the stop closes connections that are idle', async () => {
    const idle = request(`${service.url}/health/live`, { agent }).end();
    const [answer] = (await once(idle, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.headers.connection).toBe('keep-alive');
    const closed = once(answer.socket, 'close');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await closed;
  });

  it('the stop ends the connection of a token request that the embedded authorization server answers meanwhile', async () => {
    await lock.query('begin; lock table oauth_clients in access exclusive mode');
    const sent = askForToken(service, agent);
    await untilWaiting(registry.database);
    service.signal('SIGTERM');
    await refused(service);
    const outcome = outcomeOf(sent);
    await lock.query('rollback');
    expect(await outcome).toMatchObject({ status: 401, connection: 'close' });
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  it('the stop gives up after 10 s when something hangs', async () => {
    // Accepted, and never sent to the end.
    await hold();
    service.signal('SIGTERM');
    expect(await service.ended).toEqual({ code: 1, signal: null });
  });
});

describe('the stop at a token gate', () => {
  let admin: HydraStandIn;
  let hydra: Listener;
  let service: ServiceProcess;
  let agent: Agent;
  let arrived: Promise<void>;
  /** What Hydra does when a token is asked for. */
  let answer: () => Promise<HttpAnswer | 'hang'>;

  beforeEach(async () => {
    admin = await HydraStandIn.start();
    const { come, letCome } = moment();
    arrived = come;
    hydra = await Listener.start(({ method }) => {
      if (method === 'POST') letCome();
      return method === 'POST' ? answer() : Promise.resolve(json(404, {}));
    });
    const settings = {
      ...hydraSettings(admin.adminUrl),
      HYDRA_PUBLIC_URL: hydra.url,
      TOKEN_GATE: 'enabled',
    };
    service = await ServiceProcess.start({ DATABASE_URL: await createDatabase(), ...settings });
    agent = new Agent({ keepAlive: true });
  });
  afterEach(async () => {
    service.signal('SIGKILL');
    agent.destroy();
    await hydra.down();
    await admin.stop();
  });

  it('the stop ends the connection of a token request that waits for Hydra', async () => {
    const { come, letCome } = moment();
    answer = () => come.then(() => json(200, { access_token: 'x' }));
    const sent = askForToken(service, agent);
    await arrived;
    service.signal('SIGTERM');
    await refused(service);
    const outcome = outcomeOf(sent);
    letCome();
    expect(await outcome).toMatchObject({ status: 200, connection: 'close' });
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  it('the stop answers a token request 503 before 10 s are over, when Hydra does not answer', async () => {
    answer = () => Promise.resolve('hang');
    const sent = askForToken(service, agent);
    await arrived;
    service.signal('SIGTERM');
    expect(await outcomeOf(sent)).toMatchObject({ status: 503, connection: 'close' });
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });
});
