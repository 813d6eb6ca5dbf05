import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Milliseconds: shorter than a Hydra or what stands before it keeps a connection, so that none is used that is just closing. */
const IDLE_MS = 3_000;

/** Connections to one of Hydra's ports, kept between calls. Nothing is sent twice, and no redirect is followed. */
export class KeptConnections {
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: IDLE_MS }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: IDLE_MS }),
  };

  /**
   * Begins a request, which the caller still has to end.
   *
   * @param timeout milliseconds to the end of the answer, after which the request fails with a `TimeoutError`
   */
  open(url: URL, options: RequestOptions, timeout: number): ClientRequest {
    const [send, agent] =
      url.protocol === 'https:' ? [httpsRequest, this.agents['https:']] : [httpRequest, this.agents['http:']];
    const request = send(url, { ...options, agent });
    const timer = setTimeout(
      () => request.destroy(new DOMException('no answer in time', 'TimeoutError')),
      timeout,
    );
    // The timeout of the agent is for connections that nobody uses.
    request.on('socket', (socket) => socket.setTimeout(0));
    request.on('close', () => clearTimeout(timer));
    return request;
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }
}
