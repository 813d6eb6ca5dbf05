import { Logger } from '@nestjs/common';
import { fetchFailureOf } from '../lib/error-code.js';
import { Problem } from '../problem-details/problem.js';
import { parseKeySet, type KeySet, type KeySetState } from './key-set.js';
import { KeySetError, type KeySource } from './key-source.js';
import type { VerificationKey } from './verification-key.js';

export interface RemoteKeySetOptions {
  readonly issuer: string;
  readonly source: KeySource;
  /** Milliseconds that only ever go forward: a corrected system clock must not age keys. */
  readonly clock: () => number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const REFRESH_AFTER = 10 * MINUTE;
const USABLE_FOR = 60 * MINUTE;
/** At most one load in this time because tokens name unknown keys. */
const UNKNOWN_KEY_INTERVAL = 5 * SECOND;
/** After a failure nothing is asked for this long. */
const FAILURE_COOLDOWN = 30 * SECOND;
/** The same before the first success: a server that has just started makes its keys when it is first asked. */
const FIRST_LOAD_COOLDOWN = SECOND;

/**
 * Keys that live elsewhere. Loaded and refreshed in the background, so the request path asks for them only when a token
 * names an unknown key. When loading fails, the last good keys serve for an hour. One load at a time, shared by all who wait.
 *
 * Anybody can make up key ids. They cost at most one load in 5 s, and cannot keep a new key from being found: a token that
 * comes too early for a load is followed by one at the end of these 5 s.
 */
export class RemoteKeySet implements KeySet {
  private keys: ReadonlySet<VerificationKey> = new Set();
  private loadedAt: number | null = null;
  private quietUntil = -Infinity;
  /** When the keys were last loaded because of an unknown key. */
  private searchedAt = -Infinity;
  /** Whether a token has named an unknown key since, too early for another load. */
  private isSearchDue = false;
  private loading: Promise<void> | null = null;
  private lastError: string | null = null;
  private failures = 0;
  private readonly stopping = new AbortController();
  private readonly logger = new Logger(RemoteKeySet.name);

  constructor(private readonly options: RemoteKeySetOptions) {}

  find(kid: string): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    const known = this.known(kid);
    if (known !== null) return known;
    if (this.loading === null) return this.findAnew(kid);
    // That load may have been sent before the issuer had the key.
    return this.loading.then(() => this.known(kid) ?? this.findAnew(kid));
  }

  has(key: VerificationKey): boolean {
    return this.isUsable() && this.keys.has(key);
  }

  state(): KeySetState {
    const age = this.age();
    return {
      ready: this.isUsable(),
      ageSeconds: age === null ? null : Math.floor(age / SECOND),
      lastError: this.lastError,
      failures: this.failures,
    };
  }

  /**
   * To be called every second. Loads the keys when they were never loaded, are ten minutes old, or may lack one that a token
   * has named. Never rejects.
   */
  async refreshIfDue(): Promise<void> {
    if (this.isQuiet()) return;
    if (this.isSearchDue && this.maySearch()) await this.search();
    else if ((this.age() ?? Infinity) >= REFRESH_AFTER) await this.load();
  }

  /** Ends a load under way; there is no way back. */
  stop(): void {
    this.stopping.abort();
  }

  private findAnew(kid: string): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    const loading = this.lookForNews();
    return loading === null ? this.answer(kid) : loading.then(() => this.answer(kid));
  }

  /** Null when there is none. */
  private known(kid: string): readonly VerificationKey[] | null {
    const keys = this.isUsable() ? this.withId(kid) : [];
    return keys.length > 0 ? keys : null;
  }

  /** A load that brings a new key, if there is one: null when none may be sent yet, so that one is due. */
  private lookForNews(): Promise<void> | null {
    if (this.loading !== null) return this.loading;
    if (!this.isQuiet() && !this.isUsable()) return this.load();
    if (!this.isQuiet() && this.maySearch()) return this.search();
    this.isSearchDue = true;
    return null;
  }

  private search(): Promise<void> {
    this.isSearchDue = false;
    this.searchedAt = this.options.clock();
    return this.load();
  }

  private maySearch(): boolean {
    return this.options.clock() - this.searchedAt >= UNKNOWN_KEY_INTERVAL;
  }

  private load(): Promise<void> {
    this.loading ??= this.options
      .source(this.stopping.signal)
      .then((text) => this.accept(parseKeySet(text)))
      .catch((error: unknown) => this.noteFailure(error))
      .finally(() => (this.loading = null));
    return this.loading;
  }

  /** A key that is still there stays the same object: what was verified with it remains verified. */
  private accept(keys: readonly VerificationKey[]): void {
    const before = [...this.keys];
    this.keys = new Set(keys.map((key) => before.find((old) => isSame(old, key)) ?? key));
    this.loadedAt = this.options.clock();
    this.lastError = null;
  }

  private noteFailure(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    const cooldown = this.loadedAt === null ? FIRST_LOAD_COOLDOWN : FAILURE_COOLDOWN;
    this.quietUntil = this.options.clock() + cooldown;
    this.failures += 1;
    const lastError = describe(error);
    // One line for each outage: before the first keys there is an attempt every second or two.
    if (lastError !== this.lastError) {
      this.logger.warn(`The keys of ${this.options.issuer} could not be loaded: ${lastError}`);
    }
    this.lastError = lastError;
  }

  private answer(kid: string): readonly VerificationKey[] {
    if (this.isUsable()) return this.withId(kid);
    throw Problem.unavailable('The keys that verify this token are out of reach. Try again shortly.');
  }

  private withId(kid: string): readonly VerificationKey[] {
    return [...this.keys].filter((key) => key.kid === kid);
  }

  private age(): number | null {
    return this.loadedAt === null ? null : this.options.clock() - this.loadedAt;
  }

  private isUsable(): boolean {
    return (this.age() ?? Infinity) <= USABLE_FOR;
  }

  private isQuiet(): boolean {
    return this.options.clock() < this.quietUntil;
  }
}

const isSame = (a: VerificationKey, b: VerificationKey): boolean =>
  a.kid === b.kid && a.algorithm === b.algorithm && a.publicKey.equals(b.publicKey);

const SYSTEM_CODE = /^[A-Z_]{1,40}$/;

/**
 * What may be shown of an error. Messages of other errors may hold the URL, and with it credentials: of those only the
 * system's code is told.
 */
function describe(error: unknown): string {
  if (error instanceof KeySetError) return error.message;
  const failure = fetchFailureOf(error);
  if (failure === 'timeout') return 'no answer in time';
  return SYSTEM_CODE.test(failure) ? `out of reach (${failure})` : 'out of reach';
}
