import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { isClientId } from '../../lib/client-id.js';
import { HydraAdminApi, type StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { markIn, toHydraClient, type HydraClient } from '../admin-api/hydra-client.js';
import { RegistrationContext } from '../admin-api/registration-context.js';
import { differencesBetween, type Difference } from '../admin-api/differences.js';
import { hydraPages } from '../admin-api/hydra-pages.js';
import { differ, seenIn } from '../admin-api/seen-client.js';
import { unmanagedIn } from '../admin-api/unmanaged.js';
import { ComparedClients, type SeenInHydra, type ComparedClient } from './compared-clients.js';

/** What is wrong with a client in Hydra: other members, no client, or a client that was deleted here. */
export const DRIFTS = ['different', 'missing', 'undeleted'] as const;
export type Drift = (typeof DRIFTS)[number];

interface About<Kind> {
  readonly kind: Kind;
  readonly client: ComparedClient;
}

export interface DriftFinding extends About<Drift> {
  /** Empty unless the kind is `different`. */
  readonly differences: readonly Difference[];
}

export interface EqualFinding extends About<'equal'> {
  /** What Hydra says of it now, where that is not what was known. */
  readonly news: SeenInHydra | null;
}

/** `pending`: a change is on its way, so that nothing can be said. */
export type ClientFinding = About<'pending'> | EqualFinding | DriftFinding;

/** A client in Hydra with the mark of this registry, which has none with its `client_id`. */
export interface OrphanFinding {
  readonly kind: 'orphan';
  readonly clientId: string;
}

export type Finding = ClientFinding | OrphanFinding;

export interface DriftReportStep {
  /** How many clients were looked at in Hydra, the clients of others included. Those are not named. */
  readonly looked: number;
  readonly findings: readonly Finding[];
  /** The findings were true at this moment of the database's clock. */
  readonly moment: Date;
}

/** Clients that are asked for by name at the same time. */
const AT_ONCE = 8;

/** Compares all of Hydra with the registry. It changes nothing on either side. */
@Injectable()
export class DriftReport {
  constructor(
    private readonly api: HydraAdminApi,
    private readonly clients: ComparedClients,
    private readonly terms: RegistrationContext,
  ) {}

  /**
   * Finds every client of the registry once, and every orphan.
   *
   * @throws HydraFailure or HydraRejection, as the admin API does, and errors of the database
   */
  async *run(): AsyncGenerator<DriftReportStep, void> {
    const begin = await this.clients.now();
    const named = new Set<string>();
    const pages = hydraPages(this.api);
    for (;;) {
      const moment = await this.clients.now();
      const { value: page } = await pages.next();
      if (!page) break;
      yield { moment, looked: page.length, findings: await this.judgePage(page, { moment, named }) };
    }
    for await (const expected of this.clients.expected(begin)) {
      yield* this.unnamed(expected.filter(({ client_id }) => !named.has(client_id)));
    }
  }

  /**
   * As `run`, but pending clients are asked about again at the end: a change that was on its way when its page was read
   * may have arrived by then.
   */
  async *runWithRetries(): AsyncGenerator<DriftReportStep, void> {
    const pending: string[] = [];
    for await (const step of this.run()) {
      const findings = step.findings.filter(({ kind }) => kind !== 'pending');
      for (const found of step.findings) if (found.kind === 'pending') pending.push(found.client.client_id);
      yield { ...step, findings };
    }
    yield* this.ask(pending);
  }

  /**
   * Compares the clients with scopes that the configuration has withdrawn. At the start with a narrower one, Hydra still has
   * them as they were.
   */
  async *withdrawn(): AsyncGenerator<DriftReportStep, void> {
    yield* this.ask(await this.clients.withWithdrawnScopes(this.terms.mayAssign));
  }

  /** Compares these clients one by one. */
  async *ask(clientIds: readonly string[]): AsyncGenerator<DriftReportStep, void> {
    for (let start = 0; start < clientIds.length; start += AT_ONCE) {
      const some = clientIds.slice(start, start + AT_ONCE);
      const moment = await this.clients.now();
      const stored = await Promise.all(some.map((clientId) => this.api.find(clientId)));
      const clients = await this.clients.find(some, moment);
      const findings = clients.map((client) => this.judge(client, stored[some.indexOf(client.client_id)]));
      yield { moment, looked: some.length, findings };
    }
  }

  /** Clients may come and go between two pages, so what no page named is asked for before it counts as missing. */
  private async *unnamed(clients: readonly ComparedClient[]): AsyncGenerator<DriftReportStep, void> {
    const pending = clients.filter(({ is_settled }) => !is_settled);
    const moment = await this.clients.now();
    yield { moment, looked: 0, findings: pending.map((client) => this.judge(client)) };
    yield* this.ask(clients.filter(({ is_settled }) => is_settled).map(({ client_id }) => client_id));
  }

  private async judgePage(
    page: readonly StoredHydraClient[],
    { moment, named }: { moment: Date; named: Set<string> },
  ): Promise<Finding[]> {
    const fresh = new Map(page.map((stored) => [stored.client_id, stored]));
    for (const clientId of fresh.keys()) if (named.has(clientId)) fresh.delete(clientId);
    const clients = await this.clients.find([...fresh.keys()].filter(isClientId), moment);
    const findings = clients.map((client) => this.judge(client, fresh.get(client.client_id)));
    for (const { client_id } of clients) fresh.delete(client_id);
    const orphans = [...fresh.values()].filter((stored) => this.isMarked(stored));
    for (const { client_id } of clients) named.add(client_id);
    for (const { client_id: clientId } of orphans) named.add(clientId);
    return [
      ...findings,
      ...orphans.map(({ client_id: clientId }) => ({ kind: 'orphan', clientId }) as const),
    ];
  }

  private judge(client: ComparedClient, stored: StoredHydraClient | null = null): ClientFinding {
    if (!client.is_settled) return { kind: 'pending', client };
    if (client.deleted) {
      return stored === null ? { kind: 'equal', client, news: null } : drift('undeleted', client);
    }
    if (stored === null) return drift('missing', client);
    const expected = toHydraClient(client, this.terms);
    const differences = [...differencesBetween(expected, stored), ...remaking(client, stored)];
    if (differences.length > 0) return drift('different', client, differences);
    return { kind: 'equal', client, news: newsOf(client, { expected, stored }) };
  }

  private isMarked(stored: StoredHydraClient): boolean {
    return markIn(stored)?.registry === this.terms.registryId;
  }
}

/** A client with another `created_at` is another one, made anew with the same id. */
function remaking({ server_created_at: expected }: ComparedClient, stored: StoredHydraClient): Difference[] {
  const { created_at: found } = seenIn(stored);
  return differ(expected, found) ? [{ member: 'created_at', expected, found }] : [];
}

function newsOf(
  client: ComparedClient,
  { expected, stored }: { expected: HydraClient; stored: StoredHydraClient },
): SeenInHydra | null {
  const known = { created_at: client.server_created_at, updated_at: client.server_updated_at };
  const seen = seenIn(stored);
  const unmanaged = unmanagedIn(stored, expected, client.unmanaged);
  const isKnown = isDeepStrictEqual(seen, known) && isDeepStrictEqual(unmanaged, client.unmanaged);
  return isKnown ? null : { client, unmanaged, ...seen };
}

const drift = (
  kind: Drift,
  client: ComparedClient,
  differences: readonly Difference[] = [],
): DriftFinding => ({
  kind,
  client,
  differences,
});

export const isDrift = (finding: Finding): finding is DriftFinding =>
  (DRIFTS as readonly string[]).includes(finding.kind);
