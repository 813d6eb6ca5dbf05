import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { HydraConfig } from '../../config/hydra-config.js';
import { KeptConnections } from '../admin-api/kept-connections.js';
import { unavailable } from './oauth-refusal.js';

/** Names and values take turns, as in `rawHeaders`. */
export type RawHeaders = readonly string[];

export interface Outgoing {
  readonly path: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Longer than Hydra takes with a token hook that it asks three times. */
const TIMEOUT_MS = 30_000;
/** Milliseconds from the stop of the service on: its process ends after 10 s, and who waits here is to be answered before. */
const TIMEOUT_OF_STOP_MS = 7_000;

/** Hydra's public endpoints. What is sent may have an effect, so nothing is sent twice in here. */
@Injectable()
export class HydraPublicApi implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly connections = new KeptConnections();
  private stopping?: NodeJS.Timeout;

  constructor(private readonly config: HydraConfig) {}

  /**
   * Hydra's answer, whose body is still to be read.
   *
   * @throws (rejects with) OAuthRefusal 503 when there is none
   */
  post({ path, headers, body, signal }: Outgoing): Promise<IncomingMessage> {
    const url = new URL(`${this.config.publicUrl}${path}`);
    const own = ['Content-Length', String(body.length), 'Connection', 'keep-alive'];
    const options = { method: 'POST', headers: [...headers, ...own], signal };
    return new Promise((resolve, reject) => {
      this.connections
        .open(url, options, TIMEOUT_MS)
        .on('response', resolve)
        .on('error', (cause) => reject(outOfReach(cause)))
        .end(body);
    });
  }

  /** Before the last answers, which may be waiting for Hydra. */
  beforeApplicationShutdown(): void {
    this.stopping = setTimeout(() => this.connections.close(), TIMEOUT_OF_STOP_MS);
  }

  /** After the last answer. */
  onApplicationShutdown(): void {
    clearTimeout(this.stopping);
    this.connections.close();
  }
}

const outOfReach = (cause: Error): Error =>
  Object.assign(unavailable('The authorization server is out of reach.'), { cause });
