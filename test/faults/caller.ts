import { setTimeout as delay } from 'node:timers/promises';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../support/api-client.js';
import type { ProblemBody } from '../support/problem.js';
import type { History, Operation, Outcome, Request } from './history.js';
import type { Random } from './random.js';
import type { RegistryProcess } from './registry-process.js';
import { changes, newClient } from './requests.js';
import type { Tenant } from './tenant.js';
import { revisionIn } from '../support/revision.js';

/** A client as the last answer about it left it. */
export interface KnownClient {
  readonly id: string;
  readonly grant_types: OAuthClientDto['grant_types'];
  readonly revision: number;
  /** The id of the secret that was told last, unless its end was asked for since. */
  readonly secretId: string | null;
  readonly maker: string;
}

/** What callers share. */
export interface Calling {
  readonly tenant: Tenant;
  readonly processes: readonly RegistryProcess[];
  readonly history: History;
  /** Clients that are believed to live, by id. */
  readonly known: Map<string, KnownClient>;
  /** Takes one operation from what is left to do. @returns false when all are done */
  take(this: void): boolean;
}

/** The share of operations on any client. All others are on the caller's own, so that nobody else writes at the same time. */
const INTERFERENCE = 0.15;
const ENDS_OF_SECRETS = [
  { weight: 8, value: 'endSecret' as const },
  { weight: 6, value: 'expireSecret' as const },
];
/** Milliseconds between two operations of a caller, on average: mishaps take their time. */
const THINKING_MS = 500;

/** Does one operation after the other, and writes down what came of it. */
export class Caller {
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly calling: Calling,
  ) {}

  async run(): Promise<void> {
    while (this.calling.take()) {
      // Some at once, so that there is something to overtake.
      await delay(this.random.chance(0.5) ? 0 : this.random.between(0, 4 * THINKING_MS));
      const { outcome } = await this.operate();
      // Without a pause all operations would be spent on the first outage.
      if (outcome.kind === 'unknown') await delay(this.random.between(100, 400));
    }
  }

  private async operate(): Promise<Operation> {
    const requestId = `${this.name}-${++this.count}`;
    const request = this.choose(requestId);
    const process = await this.chooseProcess();
    const startedAt = this.calling.history.now();
    const outcome = await this.send(process, requestId, request);
    const endedAt = this.calling.history.now();
    const operation = { ...request, requestId, process: process.name, startedAt, endedAt, outcome };
    this.calling.history.add(operation);
    this.learn(operation);
    return operation;
  }

  private choose(requestId: string): Request {
    const client = this.chooseClient();
    const action = this.random.weighted([
      { weight: 15, value: 'create' as const },
      { weight: 55, value: 'update' as const },
      { weight: 20, value: 'rotate' as const },
      ...(client?.secretId ? ENDS_OF_SECRETS : []),
      { weight: 4, value: 'endTokens' as const },
      { weight: 10, value: 'delete' as const },
    ]);
    if (client === null || action === 'create')
      return {
        action: 'create',
        target: null,
        secretId: null,
        ifMatch: null,
        body: newClient(this.random, requestId),
      };
    const body = action === 'update' ? changes(this.random, client) : {};
    const ifMatch = this.random.chance(0.1) ? client.revision : null;
    return { action, target: client.id, secretId: client.secretId, body, ifMatch };
  }

  private chooseClient(): KnownClient | null {
    const all = [...this.calling.known.values()];
    const mine = all.filter(({ maker }) => maker === this.name);
    const candidates = this.random.chance(INTERFERENCE) ? all : mine;
    return candidates.length > 0 ? this.random.pick(candidates) : null;
  }

  /** A process that serves, as a load balancer would pick it. While all of them start, the first to be ready. */
  private async chooseProcess(): Promise<RegistryProcess> {
    const { processes } = this.calling;
    const whichServe = (): RegistryProcess[] => processes.filter(({ isUp }) => isUp);
    if (whichServe().length === 0) await Promise.race(processes.map((process) => process.settled()));
    return this.random.pick(whichServe().length > 0 ? whichServe() : processes);
  }

  private async send({ api }: RegistryProcess, requestId: string, request: Request): Promise<Outcome> {
    const { tenant } = this.calling;
    const { action, target, secretId, body, ifMatch } = request;
    const headers = {
      'x-request-id': requestId,
      ...(ifMatch !== null && { 'if-match': `"${ifMatch}"` }),
    };
    const options = { token: await tenant.token(), headers };
    const path = target === null ? tenant.clients : `${tenant.clients}/${target}`;
    const send = {
      create: () => api.post<OAuthClientDto>(path, { ...options, body }),
      update: () => api.patch<OAuthClientDto>(path, { ...options, body }),
      rotate: () => api.post<OAuthClientDto>(`${path}/secrets`, options),
      expireSecret: () =>
        api.patch<OAuthClientDto>(`${path}/secrets/${secretId}`, {
          ...options,
          body: { expires_in_seconds: 1 },
        }),
      endTokens: () => api.delete<OAuthClientDto>(`${path}/tokens`, options),
      endSecret: () => api.delete<OAuthClientDto>(`${path}/secrets/${secretId}`, options),
      delete: () => api.delete<OAuthClientDto>(path, options),
    };
    try {
      return this.judge(await send[action](), request);
    } catch (error) {
      return { kind: 'unknown', why: String((error as Error).cause ?? error) };
    }
  }

  private judge(
    { status, headers, body, text }: Answer<OAuthClientDto>,
    { action, target }: Request,
  ): Outcome {
    // Neither answer shows the client: a deletion's is empty, and a PATCH of a secret answers with the secret.
    if (status === 204 || (status === 200 && action === 'expireSecret'))
      return { kind: 'acknowledged', client: null, revision: null };
    if (status === 200 || status === 201)
      return { kind: 'acknowledged', client: body, revision: revisionIn(headers) };
    if ([404, 409, 412, 422].includes(status))
      return { kind: 'refused', status, code: (JSON.parse(text) as ProblemBody).code };
    if (status !== 503) this.calling.history.blame(target, `an operation is answered ${status} ${text}`);
    return { kind: 'unknown', why: `${status}` };
  }

  private learn({ action, target, outcome }: Operation): void {
    const { known } = this.calling;
    const isMissing = outcome.kind === 'refused' && outcome.status === 404;
    if (action === 'endSecret' || action === 'expireSecret') return this.forgetSecret(target);
    const isGone = action === 'delete' || isMissing;
    if (isGone && target !== null) known.delete(target);
    if (outcome.kind !== 'acknowledged' || outcome.client === null) return;
    const { id, grant_types } = outcome.client;
    const maker = known.get(id)?.maker ?? (action === 'create' ? this.name : null);
    // A client that somebody has deleted meanwhile stays forgotten.
    const secretId = outcome.client.secret_id ?? known.get(id)?.secretId ?? null;
    if (maker !== null) known.set(id, { id, grant_types, maker, secretId, revision: outcome.revision ?? 0 });
  }

  /** Forgets a secret whose end was asked for, whatever came of that: no secret is ended again before another one is told. */
  private forgetSecret(id: string | null): void {
    const client = this.calling.known.get(id ?? '');
    if (client) this.calling.known.set(client.id, { ...client, secretId: null });
  }
}
