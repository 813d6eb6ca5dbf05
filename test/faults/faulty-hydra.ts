import { setMaxListeners } from 'node:events';
import { withFault, type AdminCall, type Fault } from '../support/hydra/faults.js';
import { Listener, type HttpAnswer, type HttpRequest, type NoAnswer } from '../support/hydra/http.js';
import type { HydraTarget } from './hydra-target.js';

export interface NamedFault extends Fault {
  readonly name: string;
}

export interface LoggedCall extends AdminCall {
  readonly at: number;
  /** When Hydra had done it; null before that, and for ever where it never gets there. */
  doneAt: number | null;
  readonly fault: string | null;
}

/** Stands before a Hydra's admin API and lets calls fail: before they have their effect, after it, or ahead of it. */
export class FaultyHydra {
  readonly calls: LoggedCall[] = [];
  /** Asked at each call, in the order of their arrival. */
  faults: (call: AdminCall) => NamedFault | null = () => null;
  private readonly underWay = new Map<string, number>();
  private readonly stopping = new AbortController();

  private constructor(
    private readonly target: HydraTarget,
    private readonly now: () => number,
    private readonly listener: Listener,
  ) {}

  /** @param now tells the time for the log of calls */
  static async before(target: HydraTarget, now: () => number): Promise<FaultyHydra> {
    const late: { handler?: (request: HttpRequest) => Promise<HttpAnswer | NoAnswer> } = {};
    const listener = await Listener.start((request) => late.handler?.(request) ?? Promise.resolve('reset'));
    const hydra = new FaultyHydra(target, now, listener);
    // Each call that is slow or late adds a listener, and Node would warn of more than ten.
    setMaxListeners(0, hydra.stopping.signal);
    late.handler = (request) => hydra.answer(request);
    return hydra;
  }

  get adminUrl(): string {
    return this.listener.url;
  }

  /** Refuses connections, and resets those that are open. */
  down(): Promise<void> {
    return this.listener.down();
  }

  up(): Promise<void> {
    return this.listener.up();
  }

  /** Stops what is behind it, too. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.listener.down();
    await this.target.stop([...new Set(this.calls.flatMap(({ clientId }) => clientId ?? []))]);
  }

  /** Whether every call that has arrived, about this client or any, has had the effect that it will ever have. */
  hasSettled(clientId?: string): boolean {
    return clientId === undefined ? this.underWay.size === 0 : !this.underWay.has(clientId);
  }

  /** When the last call about a client arrived. */
  lastCallAt(clientId: string): number {
    return this.calls.findLast((call) => call.clientId === clientId)?.at ?? 0;
  }

  private async answer(request: HttpRequest): Promise<HttpAnswer | NoAnswer> {
    const fault = this.faults(callOf(request));
    const call: LoggedCall = {
      ...callOf(request),
      at: this.now(),
      doneAt: null,
      fault: fault?.name ?? null,
    };
    if (call.clientId !== null) this.calls.push(call);
    const pass = async (): Promise<HttpAnswer | NoAnswer> => {
      const answer = await this.pass(request);
      call.doneAt = this.now();
      return answer;
    };
    const run = this.counted(call.clientId ?? '', pass, fault?.effect !== 'none');
    const answer = await (fault ? withFault(fault, run, this.stopping.signal) : run());
    call.status = typeof answer === 'string' ? null : answer.status;
    return answer;
  }

  /** Counts a call as under way from now until it has run, if it ever does. */
  private counted<T>(clientId: string, run: () => Promise<T>, willRun: boolean): () => Promise<T> {
    if (!willRun) return run;
    this.underWay.set(clientId, (this.underWay.get(clientId) ?? 0) + 1);
    return () => run().finally(() => this.end(clientId));
  }

  private end(clientId: string): void {
    const left = (this.underWay.get(clientId) ?? 0) - 1;
    if (left > 0) this.underWay.set(clientId, left);
    else this.underWay.delete(clientId);
  }

  private async pass({ method, target, headers, body }: HttpRequest): Promise<HttpAnswer | NoAnswer> {
    try {
      const answer = await fetch(this.target.adminUrl + target, {
        method,
        headers: { 'content-type': headers['content-type'] ?? 'application/json' },
        body: body === '' ? undefined : body,
      });
      const type = answer.headers.get('content-type') ?? 'application/json';
      const link = answer.headers.get('link');
      const kept = { 'content-type': type, ...(link !== null && { link }) };
      return { status: answer.status, headers: kept, body: await answer.text() };
    } catch {
      return 'reset';
    }
  }
}

function callOf({ method, path, query, body }: HttpRequest): AdminCall {
  const inPath = /^\/admin\/clients\/([^/]+)$/.exec(path)?.[1];
  const inBody = /"client_id":"([^"]*)"/.exec(body)?.[1];
  return { method, path, query, clientId: inPath ?? inBody ?? null, body, status: null };
}
