import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Gauge } from 'prom-client';
import { discover } from '../auth/discovery.js';
import { HydraConfig } from '../config/hydra-config.js';
import { Metrics } from '../metrics/metrics.js';
import { Circuit } from './sync/circuit.js';

const PROBE_EVERY_MS = 5_000;
const TIMEOUT_MS = 3_000;

/**
 * Asks Hydra's public API, to which the token gate sends what it lets pass, at the start and every few seconds. Answers to
 * token requests do not count: whatever HYDRA_PUBLIC_URL names in its place may give some.
 */
@Injectable()
export class PublicApiWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('TokenGate');
  private readonly circuit: Circuit;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: HydraConfig,
    { registry }: Metrics,
  ) {
    const away = new Gauge({
      name: 'token_gate_circuit_open',
      help: "1 while Hydra's public API, which the token gate needs, is out of reach of this process, else 0.",
      registers: [registry],
    });
    this.circuit = new Circuit({
      probe: () => this.probe(),
      onOpen: (reason) => {
        this.logger.warn(
          `Hydra's public API is out of reach (HYDRA_PUBLIC_URL): ${reason}. Clients get no tokens through the token gate until it is back.`,
        );
        away.set(1);
      },
      // Nobody waits to call it: a probe that was answered is all that there is to see.
      onMayCall: () => this.circuit.closeUntried(),
      onClose: () => {
        this.logger.log("Hydra's public API is reachable.");
        away.set(0);
      },
    });
  }

  /** True where there is no token gate. */
  get isReachable(): boolean {
    return this.circuit.isClosed;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.publicUrl === null) return;
    this.timer = setInterval(() => void this.circuit.probeAfter(0), PROBE_EVERY_MS).unref();
    await this.circuit.probeAfter(0);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.circuit.stop();
    this.stopping.abort();
  }

  private async probe(): Promise<string | null> {
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const found = await discover(this.config.publicUrl ?? '', signal);
    return 'failure' in found ? found.failure : null;
  }
}
