import { Injectable } from '@nestjs/common';
import { ConfigurationError } from '../config/environment.js';
import { HydraConfig } from '../config/hydra-config.js';
import { patchFor } from './admin-api/client-patch.js';
import { HydraAdminApi, type StoredHydraClient } from './admin-api/hydra-admin-api.js';
import { markIn, toHydraClient } from './admin-api/hydra-client.js';
import { HydraRejection } from './admin-api/hydra-failure.js';
import { RegistrationContext } from './admin-api/registration-context.js';
import { LossSigns } from './admin-api/loss-signs.js';
import { TokenBucket } from './admin-api/token-bucket.js';
import { withRetries } from './admin-api/with-retries.js';
import { wholeClient } from './admin-api/unmanaged.js';
import { isDrift, DriftReport, type Finding } from './drift/drift-report.js';
import { ComparedClients, type ComparedClient } from './drift/compared-clients.js';
import { Messages } from './sync/messages.js';

export interface FillOptions {
  /** The admin API of the Hydra that is to have the clients. */
  readonly target: string;
  /** Writes nothing. */
  readonly dryRun: boolean;
}

/**
 * | outcome      | is                                                                                     |
 * | ------------ | -------------------------------------------------------------------------------------- |
 * | `created`    | the target did not have the client                                                     |
 * | `updated`    | it had it, of an earlier run                                                           |
 * | `to create`, `to update` | the same, of a dry run                                                     |
 * | `secret`     | only the present Hydra knows its secret: the client has to come to the token gate first |
 * | `taken`      | the target has a client with this id that is not of this registry                      |
 * | `refused`    | the target refuses it, with `reason`                                                    |
 */
export type FillOutcome = 'created' | 'updated' | 'to create' | 'to update' | 'secret' | 'taken' | 'refused';

export interface Filled {
  readonly client: ComparedClient;
  readonly outcome: FillOutcome;
  readonly reason?: string;
}

/**
 * Fills a new Hydra with all clients, for an operator who moves to it. It changes neither the registry nor the present
 * Hydra.
 */
@Injectable()
export class HydraFill {
  constructor(
    private readonly config: HydraConfig,
    private readonly clients: ComparedClients,
    private readonly terms: RegistrationContext,
    private readonly messages: Messages,
    private readonly tokenBucket: TokenBucket,
  ) {}

  /**
   * Prepares a run.
   *
   * @throws ConfigurationError when the target is the Hydra that the registry has already
   */
  into({ target, dryRun }: FillOptions, signal: AbortSignal): Fill {
    if (target === this.config.adminUrl)
      throw new ConfigurationError('--target is HYDRA_ADMIN_URL: that Hydra has the clients.');
    const { adminToken } = this.config;
    const api = new HydraAdminApi({ adminUrl: target, adminToken }, this.tokenBucket, new LossSigns());
    return new Fill({ ...this.parts(), api, dryRun, signal });
  }

  private parts() {
    const { clients, terms, messages, tokenBucket } = this;
    return { clients, terms, messages, tokenBucket };
  }
}

interface FillParts {
  readonly api: HydraAdminApi;
  readonly clients: ComparedClients;
  readonly terms: RegistrationContext;
  readonly messages: Messages;
  readonly tokenBucket: TokenBucket;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** One run of a fill. */
class Fill {
  constructor(private readonly parts: FillParts) {}

  /** Every client that is not deleted, in the order of their ids, some at a time. */
  async *run(): AsyncGenerator<Filled[], void> {
    const { clients, tokenBucket } = this.parts;
    for await (const page of clients.expected(await clients.now())) {
      const live = page.filter(({ deleted }) => !deleted);
      for (let start = 0; start < live.length; start += tokenBucket.concurrency)
        yield Promise.all(
          live.slice(start, start + tokenBucket.concurrency).map((client) => this.fill(client)),
        );
    }
  }

  /**
   * How the target compares with the registry. Another `created_at` is no difference here: the target has made its
   * clients itself.
   */
  async *compare(): AsyncGenerator<Finding[], void> {
    const { api, clients, terms } = this.parts;
    for await (const { findings } of new DriftReport(api, clients, terms).runWithRetries())
      yield findings.map((finding) =>
        isOnlyNewer(finding) ? { ...finding, kind: 'equal', news: null } : finding,
      );
  }

  private async fill(client: ComparedClient): Promise<Filled> {
    if (isKnownToHydraOnly(client)) return { client, outcome: 'secret' };
    try {
      const stored = await this.parts.api.find(client.client_id);
      if (stored === null) return await this.create(client);
      return await this.update(client, stored);
    } catch (error) {
      if (error instanceof HydraRejection) return { client, outcome: 'refused', reason: error.message };
      throw error;
    }
  }

  private async create(client: ComparedClient): Promise<Filled> {
    const { api, dryRun } = this.parts;
    if (dryRun) return { client, outcome: 'to create' };
    const { client: wanted, secret } = this.parts.messages.of(client);
    const whole = wholeClient(wanted, client.unmanaged);
    const created = await this.paced(() => api.create(whole, secret, Infinity));
    if (created !== null) return { client, outcome: 'created' };
    // An earlier call, whose answer was lost and which was repeated, may have made the client.
    const stored = await api.find(client.client_id);
    return stored === null ? { client, outcome: 'taken' } : this.update(client, stored);
  }

  private async update(client: ComparedClient, stored: StoredHydraClient): Promise<Filled> {
    const { api, dryRun, terms, messages } = this.parts;
    const mark = markIn(stored);
    if (mark?.registry !== terms.registryId || mark.id !== client.id) return { client, outcome: 'taken' };
    if (dryRun) return { client, outcome: 'to update' };
    const { secret } = messages.of(client);
    const patch = patchFor(toHydraClient(client, terms), stored, client.unmanaged);
    await this.paced(() => api.patch(client.client_id, patch, secret, Infinity));
    return { client, outcome: 'updated' };
  }

  /** Tries again where that may help: what is sent twice is the same. */
  private paced<T>(write: () => Promise<T>): Promise<T> {
    const { tokenBucket, signal } = this.parts;
    return withRetries(async () => {
      await tokenBucket.ready(signal);
      return write();
    }, signal);
  }
}

/**
 * Whether only the present Hydra knows the client's secret: the registry has it not in clear, and tells a new Hydra no
 * hash.
 */
const isKnownToHydraOnly = ({
  mode,
  token_endpoint_auth_method,
  secret_id,
  sealed,
}: ComparedClient): boolean =>
  mode === 'direct' && token_endpoint_auth_method !== 'none' && secret_id !== null && sealed === null;

const isOnlyNewer = (finding: Finding): finding is Finding & { kind: 'different' } =>
  isDrift(finding) &&
  finding.kind === 'different' &&
  finding.differences.every(({ member }) => member === 'created_at');
