import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { HydraConfig } from '../../config/hydra-config.js';
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
/** Milliseconds: shorter than Hydra keeps a connection, so that none is used that it is just closing. */
const IDLE_MS = 3_000;

/** Hydra's public endpoints. What is sent may have an effect, so nothing is sent twice in here. */
@Injectable()
export class HydraPublicApi implements OnApplicationShutdown {
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: IDLE_MS }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }),
  };

  constructor(private readonly config: HydraConfig) {}

  /** The answer, whose body is to be read. Throws an OAuthRefusal when there is none. */
  post({ path, headers, body, signal }: Outgoing): Promise<IncomingMessage> {
    const url = new URL(`${this.config.publicUrl}${path}`);
    const isTls = url.protocol === 'https:';
    const options = {
      method: 'POST',
      agent: isTls ? this.agents['https:'] : this.agents['http:'],
      headers: [...headers, 'Content-Length', String(body.length), 'Connection', 'keep-alive'],
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (isTls ? httpsRequest : httpRequest)(url, options, resolve);
      const timer = setTimeout(() => request.destroy(new Error('no answer in time')), TIMEOUT_MS);
      // That of the agent is for connections that nobody uses.
      request.on('socket', (socket) => socket.setTimeout(0));
      request.on('close', () => clearTimeout(timer));
      request.on('error', (cause) => reject(outOfReach(cause)));
      request.end(body);
    });
  }

  /** After the last answer. */
  onApplicationShutdown(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }
}

const outOfReach = (cause: Error): Error =>
  Object.assign(unavailable('The authorization server is out of reach.'), { cause });
