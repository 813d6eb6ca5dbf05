import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import type { IssuerConfig } from '../config/issuers.js';
import type { IssuerProfile } from './access-token-verifier.js';
import { keySourceOf, type KeySourceOptions } from './key-source.js';
import { FixedKeySet, type KeySet, type KeySetState } from './key-set.js';
import { RemoteKeySet } from './remote-key-set.js';

/** An issuer whose tokens are accepted, with its own keys: no other issuer's key ever verifies its tokens (RFC 8725, section 3.8). */
export interface TrustedIssuer extends IssuerProfile {
  readonly keys: KeySet;
}

export interface IssuerState extends KeySetState {
  readonly issuer: string;
}

export interface TrustedIssuersOptions extends KeySourceOptions {
  /** Milliseconds that only ever go forward. */
  readonly clock?: () => number;
}

/** Milliseconds from one look for key sets that are due to the next. Each key set decides itself when it is. */
const LOOK_EVERY_MS = 1000;

/** Every issuer whose tokens count, by its exact `iss`. Starts without waiting for keys: a key server may be down. */
export class TrustedIssuers implements OnModuleInit, OnApplicationShutdown {
  private readonly issuers = new Map<string, TrustedIssuer>();
  private readonly remoteKeySets: readonly RemoteKeySet[];
  private timer: NodeJS.Timeout | undefined;

  constructor(configs: readonly IssuerConfig[], options: TrustedIssuersOptions = {}) {
    const clock = options.clock ?? (() => performance.now());
    this.remoteKeySets = configs.map(({ kind, issuer, jwksUri }) => {
      const keys = new RemoteKeySet({ issuer, clock, source: keySourceOf(jwksUri, options) });
      this.trust({ kind, issuer, keys });
      return keys;
    });
  }

  /**
   * Trusts an issuer that signs in this process. To be called before the service listens.
   *
   * @param local its `keys` are the public halves; private ones count as unusable
   * @throws Error when the issuer is trusted already, or has no usable key
   */
  add(local: IssuerProfile & { readonly keys: JSONWebKeySet }): void {
    this.trust({ kind: local.kind, issuer: local.issuer, keys: new FixedKeySet(local.keys) });
  }

  find(issuer: string): TrustedIssuer | undefined {
    return this.issuers.get(issuer);
  }

  /** For health and metrics: one entry an issuer, nothing secret in it. */
  state(): IssuerState[] {
    return [...this.issuers.values()].map(({ issuer, keys }) => ({ issuer, ...keys.state() }));
  }

  onModuleInit(): void {
    this.refresh();
    this.timer = setInterval(() => this.refresh(), LOOK_EVERY_MS).unref();
  }

  /** Not earlier in the shutdown: requests that were accepted finish first, and may still need keys. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
    for (const keys of this.remoteKeySets) keys.stop();
  }

  private refresh(): void {
    for (const keys of this.remoteKeySets) void keys.refreshIfDue();
  }

  private trust(issuer: TrustedIssuer): void {
    if (this.issuers.has(issuer.issuer)) throw new Error(`The issuer ${issuer.issuer} is configured twice`);
    this.issuers.set(issuer.issuer, issuer);
  }
}
