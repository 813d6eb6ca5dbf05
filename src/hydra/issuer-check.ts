import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Config } from '../config/config.js';
import { isObject, isText, parseJson } from '../lib/json.js';
import { printable } from '../lib/printable.js';

const KEYS = '/.well-known/jwks.json';
const DISCOVERY = '/.well-known/openid-configuration';
const TIMEOUT_MS = 5_000;
const RETRY_MS = 10_000;

/**
 * Compares `HYDRA_ISSUER` with the issuer that Hydra names in its own discovery (OpenID Connect Discovery, section 4.3): one
 * character of difference, and every token of Hydra is 401. Asks until there is an answer; the start does not wait for it.
 */
@Injectable()
export class IssuerCheck implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Hydra');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly config: Config) {}

  onApplicationBootstrap(): void {
    const hydra = this.config.issuers.find(({ kind }) => kind === 'hydra');
    if (!hydra || !/^https?:/.test(hydra.jwksUri) || !hydra.jwksUri.endsWith(KEYS)) return;
    void this.check(hydra.issuer, hydra.jwksUri.slice(0, -KEYS.length) + DISCOVERY);
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
    clearTimeout(this.timer);
  }

  private async check(issuer: string, discovery: string): Promise<void> {
    const named = await this.issuerNamedAt(discovery);
    if (this.stopping.signal.aborted || named === issuer) return;
    if (named === null) {
      this.timer = setTimeout(() => void this.check(issuer, discovery), RETRY_MS).unref();
      return;
    }
    this.logger.warn(
      `HYDRA_ISSUER is not the issuer that Hydra names in its discovery, ${printable(named)}. Hydra's tokens are refused until it is the same, character for character.`,
    );
  }

  private async issuerNamedAt(discovery: string): Promise<string | null> {
    try {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(discovery, { redirect: 'manual', signal });
      const document = response.status === 200 ? parseJson(await response.text()) : undefined;
      const named = isObject(document) ? document['issuer'] : undefined;
      return isText(named) ? named : null;
    } catch {
      return null;
    }
  }
}
