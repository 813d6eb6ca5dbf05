import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Body } from '../support/registry.js';

export type Action = 'create' | 'update' | 'rotate' | 'expireSecret' | 'endSecret' | 'endTokens' | 'delete';

/** A request as it is about to be sent. */
export interface Request {
  readonly action: Action;
  /** The registry's id of the client; null for the creation of one. */
  readonly target: string | null;
  readonly body: Body;
  /** The secret that is to end, at once or in a second. */
  readonly secretId: string | null;
  readonly ifMatch: number | null;
}

/** What the caller knows afterwards. */
export type Outcome =
  /** It is in effect. The client is null after a deletion. */
  | {
      readonly kind: 'acknowledged';
      readonly client: OAuthClientDto | null;
      readonly revision: number | null;
    }
  /** It has no effect. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** It has its effect, or none: now or a little later. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface Operation extends Request {
  /** Sent as `X-Request-Id`, so that it names the operation in the audit events. */
  readonly requestId: string;
  readonly process: string;
  /** Milliseconds of the run. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

/** Something that the run finds wrong, and with which client. */
export interface Finding {
  /** The registry's id; null where it is about no client. */
  readonly client: string | null;
  readonly problem: string;
}

/** Everything that was asked of the registry, and what it answered. */
export class History {
  readonly operations: Operation[] = [];
  /** What was found wrong so far. */
  readonly findings: Finding[] = [];
  private readonly start = performance.now();

  /** Milliseconds since the beginning. */
  now(): number {
    return Math.round(performance.now() - this.start);
  }

  add(operation: Operation): void {
    this.operations.push(operation);
  }

  blame(client: string | null, problem: string): void {
    this.findings.push({ client, problem });
  }

  find(requestId: string): Operation | undefined {
    return this.operations.find((operation) => operation.requestId === requestId);
  }

  /** How many there are of each action and outcome. */
  counts(): Record<string, number> {
    const names = this.operations.map(({ action, outcome }) => `${action} ${outcome.kind}`);
    return Object.fromEntries([...new Set(names)].toSorted().map((name) => [name, countOf(name, names)]));
  }
}

const countOf = (name: string, names: readonly string[]): number =>
  names.filter((other) => other === name).length;
