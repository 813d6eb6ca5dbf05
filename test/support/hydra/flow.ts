import { randomBytes, randomUUID } from 'node:crypto';
import type { StoredClient } from './client-store.js';

export type Claims = Readonly<Record<string, unknown>>;

/** Why a person or a page said no. */
export interface Denial {
  readonly error: string;
  readonly description: string;
}

/** A person on the way through the pages. Each step makes a new one; nobody changes one. */
export interface Flow {
  readonly id: string;
  /** As it was when the flow began. */
  readonly client: StoredClient;
  /** Where the pages send the browser back to, with a verifier added. */
  readonly requestUrl: string;
  readonly requestedScope: readonly string[];
  readonly requestedAudience: readonly string[];
  readonly requestedAt: number;
  readonly csrf: string;
  readonly sessionId: string;
  readonly login: {
    readonly skip: boolean;
    readonly subject: string;
    /** In seconds; 0 until somebody signed in. */
    readonly authenticatedAt: number;
    readonly remember: boolean;
    readonly acr: string;
    readonly amr: readonly string[];
    readonly context: unknown;
    readonly denial: Denial | null;
  };
  readonly consent: {
    readonly requestId: string;
    readonly skip: boolean;
    readonly csrf: string;
    readonly grantedScope: readonly string[];
    readonly grantedAudience: readonly string[];
    readonly remember: boolean;
    readonly accessToken: Claims;
    readonly idToken: Claims;
    readonly denial: Denial | null;
  } | null;
}

/** What a text that carries a flow may be used for. */
export type Purpose = 'login_challenge' | 'login_verifier' | 'consent_challenge' | 'consent_verifier';

/**
 * Flows under opaque texts. Hydra encrypts the flow into the text itself, which comes to the same: a text is valid for
 * as long as it is young, however often it is used, and what it stands for never changes.
 */
export class Flows {
  private readonly sealed = new Map<string, Flow>();

  seal(flow: Flow, purpose: Purpose): string {
    const text = randomBytes(32).toString('base64url');
    this.sealed.set(`${purpose} ${text}`, flow);
    return text;
  }

  open(text: string, purpose: Purpose): Flow | null {
    return this.sealed.get(`${purpose} ${text}`) ?? null;
  }
}

/** An identifier as Hydra makes them for flows. */
export const randomId = (): string => randomUUID().replaceAll('-', '');

export const epochSeconds = (): number => Math.floor(Date.now() / 1000);
