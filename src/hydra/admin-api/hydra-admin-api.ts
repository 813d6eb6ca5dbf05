import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { HydraConfig } from '../../config/hydra-config.js';
import { parseJson } from '../../lib/json.js';
import type { HydraClient } from './hydra-client.js';
import { HttpClient } from './http-client.js';
import { HydraFailure, failureFor, unansweredFailure } from './hydra-failure.js';
import { add, type PatchOperation } from './json-patch.js';
import { LossSigns } from './loss-signs.js';
import { TokenBucket } from './token-bucket.js';
import { withRetries } from './with-retries.js';

/** A client as Hydra gives it back: all members, with its defaults in them. */
export type StoredHydraClient = Readonly<Record<string, unknown>> & { readonly client_id: string };

export interface HydraPage {
  readonly clients: readonly StoredHydraClient[];
  /** Names the next page, for an hour; null after the last. */
  readonly nextToken: string | null;
}

/** A moment, on the monotonic clock, after which nothing may be sent any more. */
export type Deadline = number;

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly deadline?: Deadline;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Longer than Hydra takes for anything but the deletion of a client with very many tokens. */
const TIMEOUT_MS = 10_000;
/** Short, so that a Hydra that has hung is noticed soon after it works again. */
const PROBE_TIMEOUT_MS = 3_000;
/** What Hydra caps a page at. */
const PAGE_SIZE = 500;

/**
 * The part of Hydra's admin API that the registry uses. Every method throws HydraFailure when it did not work and
 * HydraRejection when it never will.
 */
@Injectable()
export class HydraAdminApi implements OnApplicationShutdown {
  private readonly ending = new AbortController();
  private readonly http = new HttpClient();

  constructor(
    @Inject(HydraConfig) private readonly config: Pick<HydraConfig, 'adminUrl' | 'adminToken'>,
    private readonly tokenBucket: TokenBucket,
    private readonly losses: LossSigns,
  ) {}

  /** Null when there is no such client. */
  async get(clientId: string, deadline: Deadline): Promise<StoredHydraClient | null> {
    const answer = await this.call({ method: 'GET', path: clientPath(clientId), deadline });
    return isMissing(answer) ? null : (expectStatus(answer, 200).body as StoredHydraClient);
  }

  /** @returns the client as Hydra has it now; null when the `client_id` is taken */
  async create(
    client: HydraClient,
    secret: string | null,
    deadline: Deadline,
  ): Promise<StoredHydraClient | null> {
    const body = secret === null ? client : { ...client, client_secret: secret };
    const answer = await this.write({ method: 'POST', path: '/admin/clients', body, deadline });
    return answer.status === 409 ? null : (expectStatus(answer, 201).body as StoredHydraClient);
  }

  /**
   * Changes what the patch names. Without a secret Hydra keeps the one it has.
   *
   * @returns the client as Hydra has it now; null when there is none
   */
  async patch(
    clientId: string,
    patch: readonly PatchOperation[],
    secret: string | null,
    deadline: Deadline,
  ): Promise<StoredHydraClient | null> {
    const body = secret === null ? patch : [...patch, add('/client_secret', secret)];
    const answer = await this.write({ method: 'PATCH', path: clientPath(clientId), body, deadline });
    return isMissing(answer) ? null : (expectStatus(answer, 200).body as StoredHydraClient);
  }

  /** Ends the client with its tokens and consents. Done is also when it was gone already. */
  async delete(clientId: string, deadline: Deadline): Promise<void> {
    const answer = await this.write({ method: 'DELETE', path: clientPath(clientId), deadline });
    if (!isMissing(answer)) expectStatus(answer, 204);
  }

  /** Ends the access tokens of the client that were issued so far, for whoever asks Hydra about them. */
  async endAccessTokens(clientId: string, deadline: Deadline): Promise<void> {
    const path = `/admin/oauth2/tokens?client_id=${encodeURIComponent(clientId)}`;
    expectStatus(await this.write({ method: 'DELETE', path, deadline }), 204);
  }

  /** As `get`, for callers that ask about many clients: it tries again where that may help. */
  find(clientId: string): Promise<StoredHydraClient | null> {
    return withRetries(() => this.get(clientId, Infinity), this.ending.signal);
  }

  /**
   * A page of clients, in the order of their `client_id`. Tries again where that may help.
   *
   * @param owner only clients of this owner
   */
  page({ token, owner }: { token: string | null; owner?: string }): Promise<HydraPage> {
    const query = new URLSearchParams({ page_size: String(PAGE_SIZE) });
    if (token !== null) query.set('page_token', token);
    if (owner !== undefined) query.set('owner', owner);
    return withRetries(async () => {
      const answer = await this.call({ method: 'GET', path: `/admin/clients?${query.toString()}` });
      const { body, headers } = expectStatus(answer, 200);
      return { clients: body as StoredHydraClient[], nextToken: nextToken(headers) };
    }, this.ending.signal);
  }

  /**
   * Whether Hydra answers, its database included. Never throws.
   *
   * @returns null when it does, else why it does not
   */
  async probe(): Promise<string | null> {
    try {
      const deadline = performance.now() + PROBE_TIMEOUT_MS;
      const answer = await this.call({ method: 'GET', path: '/admin/clients?page_size=1', deadline });
      // A web page for people may be in Hydra's place.
      const isList = answer.status === 200 && Array.isArray(answer.body);
      if (isList && (answer.body as unknown[]).length === 0) this.losses.note();
      return isList
        ? null
        : `what HYDRA_ADMIN_URL names answers ${answer.status}, and not as Hydra's admin API does`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Whoever still waits has had time to finish: a Hydra that hangs must not keep the process. */
  onApplicationShutdown(): void {
    this.ending.abort();
    this.http.close();
  }

  private write(call: Call): Promise<Answer> {
    this.tokenBucket.spend();
    return this.call(call);
  }

  private async call({ method, path, body, deadline = Infinity }: Call): Promise<Answer> {
    const left = Math.min(TIMEOUT_MS, Math.floor(deadline - performance.now()));
    if (left <= 0) throw new HydraFailure('no time left', { effect: 'none', scope: 'client' });
    try {
      const { status, headers, text } = await this.http.send({
        method,
        url: new URL(this.config.adminUrl + path),
        headers: this.headers(body),
        body: body ? JSON.stringify(body) : null,
        timeout: left,
      });
      return { status, headers, body: parseJson(text) };
    } catch (error) {
      throw unansweredFailure(error);
    }
  }

  private headers(body: object | undefined): Record<string, string> {
    const { adminToken } = this.config;
    return {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(adminToken !== null && { authorization: `Bearer ${adminToken}` }),
    };
  }
}

const clientPath = (clientId: string): string => `/admin/clients/${encodeURIComponent(clientId)}`;

function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status === status && (status === 204 || answer.body !== undefined)) return answer;
  throw failureFor(answer.status, answer.headers, answer.body);
}

/**
 * Whether Hydra itself says in its own form (RFC 6749, section 5.2) that there is no such client. A gateway that cannot
 * reach Hydra answers 404 to everything.
 */
function isMissing({ status, body }: Answer): boolean {
  const { error, error_description: description } = Object(body) as Record<string, unknown>;
  return status === 404 && typeof error === 'string' && typeof description === 'string';
}

/**
 * The token of the next page, from the Link header (RFC 8288) as far as Hydra uses it. The address in it is not used: it
 * is the one Hydra believes it has.
 */
function nextToken(headers: IncomingHttpHeaders): string | null {
  const link = String(headers['link'] ?? '')
    .split(/,\s*(?=<)/)
    .find((part) => /;\s*rel="?next"?/.test(part));
  const query = /^<[^>?]*\?([^>]*)>/.exec(link ?? '')?.[1];
  return new URLSearchParams(query).get('page_token');
}
