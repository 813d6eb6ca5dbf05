import { isScopePattern } from '../lib/scope-grammar.js';
import { isLowerCaseScheme, isUnlistableScheme } from '../lib/uri-scheme.js';

/**
 * What a person has to change before this process can do its work: a variable, or an argument of a command. The message
 * names it, and never holds the value of a variable, which may be a secret.
 */
export class ConfigurationError extends Error {}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Ends the read of one variable, from `refuse` to `attempt`. Its problem has been noted. */
class Refused extends Error {}

/**
 * Typed reads of environment variables. An empty variable counts as absent, as in compose files. What is wrong is noted, and
 * the reads go on with a value in its place, so that a person is told everything at once: by `settle`.
 */
export class Environment {
  private readonly sentences = new Map<string, string>();

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** Notes what is wrong with a variable; of several things the first. */
  note(name: string, problem: string): void {
    if (!this.isNoted(name)) this.sentences.set(name, `${name} ${problem}.`);
  }

  isNoted(name: string): boolean {
    return this.sentences.has(name);
  }

  /** Notes what is wrong, and ends the read that `attempt` has begun by throwing. */
  refuse(name: string, problem: string): never {
    this.note(name, problem);
    throw new Refused();
  }

  /** The result of `read`. Where it refuses a variable, `instead` takes its place until `settle` throws. */
  attempt<T>(instead: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof Refused) return instead;
      throw error;
    }
  }

  /** @throws ConfigurationError when anything was noted: one sentence a line */
  settle(): void {
    if (this.sentences.size > 0) throw new ConfigurationError([...this.sentences.values()].join('\n'));
  }

  optional(name: string): string | null {
    return this.env[name]?.trim() || null;
  }

  text(name: string, fallback: string): string {
    return this.optional(name) ?? fallback;
  }

  /** The text of a variable that has no default: its absence is refused. */
  required(name: string, condition: string): string {
    return this.optional(name) ?? this.refuse(name, `is required ${condition}`);
  }

  integer(name: string, bounds: Bounds & { default: number }): number {
    return this.optionalInteger(name, bounds) ?? bounds.default;
  }

  optionalInteger(name: string, bounds: Bounds): number | null {
    const text = this.optional(name);
    if (text === null) return null;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= bounds.min && value <= bounds.max) return value;
    this.note(name, `must be a whole number from ${bounds.min} to ${bounds.max}`);
    return null;
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.oneOf(name, ['true', 'false'], String(fallback) as 'true' | 'false') === 'true';
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.optional(name);
    if (text === null) return fallback;
    const match = allowed.find((value) => value === text);
    if (match === undefined) {
      this.note(name, `must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`);
    }
    return match ?? fallback;
  }

  /** A list separated by commas or white space. */
  list(name: string): string[] {
    return (
      this.optional(name)
        ?.split(/[\s,]+/)
        .filter(Boolean) ?? []
    );
  }

  url(name: string, text: string, protocols: readonly string[]): URL {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url && protocols.includes(url.protocol)) return url;
    return this.refuse(name, `must be an absolute URL that starts with ${protocols.join('// or ')}//`);
  }

  origin(name: string, fallback: string): string {
    return this.attempt(fallback, () => this.asOrigin(name, this.text(name, fallback)));
  }

  origins(name: string): string[] {
    return this.attempt([], () => this.list(name).map((text) => this.asOrigin(name, text)));
  }

  /** Names of HTTP headers (RFC 9110, section 5.6.2). A star would not stand for `Authorization` in browsers. */
  headerNames(name: string): string[] {
    const names = this.list(name);
    if (names.every((text) => /^[\w!#$%&'+.^`|~-]+$/.test(text))) return names;
    this.note(name, 'must list names of HTTP headers, without wildcards');
    return [];
  }

  postgresUrl(name: string): string | null {
    const text = this.optional(name);
    return this.attempt(null, () => text && this.url(name, text, ['postgres:', 'postgresql:']) && text);
  }

  scopePatterns(name: string): string[] | null {
    if (this.optional(name) === null) return null;
    const patterns = this.list(name);
    if (patterns.every(isScopePattern)) return patterns;
    this.note(
      name,
      'must list scope names, or prefixes that end in :*, .* or /*; a * may be inside a name, and not alone',
    );
    return null;
  }

  /**
   * URI schemes of apps. The message names the ones that can never be listed: they are registered with IANA, and no
   * secrets.
   */
  uriSchemes(name: string): string[] {
    const schemes = this.list(name);
    const unlistable = schemes
      .map((scheme) => scheme.replace(/:.*$/s, '').toLowerCase())
      .filter(isUnlistableScheme);
    if (unlistable.length > 0) {
      this.note(name, `must not list ${unlistable.join(', ')}: no redirect URI may ever have such a scheme`);
    } else if (!schemes.every(isLowerCaseScheme)) {
      this.note(name, 'must list URI schemes in lower case without the colon, such as cursor');
    }
    return schemes;
  }

  private asOrigin(name: string, text: string): string {
    const url = this.url(name, text, ['http:', 'https:']);
    if (url.origin === text.replace(/\/$/, '') && !text.includes('*')) return url.origin;
    return this.refuse(name, 'must be an origin (scheme, host and port, no path and no wildcard)');
  }
}
