import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Config } from '../config/config.js';
import { printable } from '../lib/printable.js';
import { discover } from './discovery.js';

const KEYS = /^(https?:.*)[/][.]well-known[/]jwks[.]json$/;
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
    if (!hydra) return;
    // Keys in a file, or at an address of their own, do not say where the discovery is.
    const base = this.config.hydra?.publicUrl ?? KEYS.exec(hydra.jwksUri)?.[1];
    if (base !== undefined) void this.check(hydra.issuer, base);
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
    clearTimeout(this.timer);
  }

  private async check(issuer: string, base: string): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const found = await discover(base, signal);
    if (this.stopping.signal.aborted) return;
    if ('failure' in found) {
      this.timer = setTimeout(() => void this.check(issuer, base), RETRY_MS).unref();
    } else if (found.issuer !== issuer) {
      this.logger.warn(
        `HYDRA_ISSUER is not the issuer that Hydra names in its discovery, ${printable(found.issuer)}. Hydra's tokens are refused until it is the same, character for character.`,
      );
    }
  }
}
