import { Agent, request as httpRequest } from 'node:http';
import { once } from 'node:events';

export interface RawRequest {
  readonly method: string;
  /** Path and query, sent as they are. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends requests that fetch would mend or refuse to send. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly url: string) {}

  async send({ method, target, headers, body }: RawRequest): Promise<FuzzAnswer> {
    const { hostname, port } = new URL(this.url);
    const request = httpRequest({ agent: this.agent, hostname, port, method, path: target, headers });
    request.end(body ?? undefined);
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: Buffer.concat(chunks).toString(),
    };
  }

  close(): void {
    this.agent.destroy();
  }
}
