import { request as httpRequest } from 'node:http';
import { posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { Listener, type HttpAnswer, type HttpRequest } from './http.js';

export interface GatewayOptions {
  /** Hydra's public listener. */
  readonly hydraUrl: () => string;
  readonly registryUrl: () => string;
  readonly hookSecret: string;
  readonly port?: number;
}

/**
 * The face of Hydra where no nginx runs: asks the registry before a request reaches the authorization endpoint and sends those
 * for tokens there, as `docker/nginx.conf` does, and passes everything else on.
 */
export class Gateway {
  private constructor(private readonly listener: Listener) {}

  static async start(options: GatewayOptions): Promise<Gateway> {
    return new Gateway(await Listener.start((request) => answer(options, request), options.port));
  }

  get url(): string {
    return this.listener.url;
  }

  /** For Hydra's configuration. */
  get issuer(): string {
    return `${this.url}/`;
  }

  stop(): Promise<void> {
    return this.listener.down();
  }
}

async function answer(options: GatewayOptions, request: HttpRequest): Promise<HttpAnswer> {
  if (request.target.includes('#')) return plain(400, 'A fragment is never sent.');
  if (PUBLIC_DOCUMENT.test(request.path)) return forAll(await passOn(options.hydraUrl(), request));
  if (request.method === 'OPTIONS' && FOR_CLIENTS.test(request.path)) return PREFLIGHT;
  if (isBelow(request.path, FOR_GATE)) return passOn(options.registryUrl() || options.hydraUrl(), request);
  if (!isBelow(request.path, ['/oauth2/auth'])) return passOn(options.hydraUrl(), request);
  const verdict = await judge(options, request).catch(() => null);
  if (verdict?.ok) return passOn(options.hydraUrl(), request);
  if (verdict?.status !== 403) return plain(503, 'This authorization request cannot be checked right now.');
  const reason = verdict.headers.get('x-refusal-reason') ?? '';
  return plain(403, `This authorization request is refused: ${reason}`, { 'x-refusal-reason': reason });
}

const PUBLIC_DOCUMENT = /^\/\.well-known\/(openid-configuration|jwks\.json)$/;
const FOR_CLIENTS = /^\/(oauth2\/token|oauth2\/revoke|userinfo)$/;

const forAll = (answer: HttpAnswer): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'access-control-allow-origin': '*' },
});

const PREFLIGHT: HttpAnswer = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'Authorization, Content-Type',
    'access-control-max-age': '3600',
  },
};

/** The paths of the token gate. */
const FOR_GATE = ['/oauth2/token', '/oauth2/revoke'];

/** Whether the path has one of the prefixes once it is decoded and resolved, as nginx does: Hydra answers at all spellings. */
function isBelow(path: string, prefixes: readonly string[]): boolean {
  try {
    const resolved = posix.normalize(decodeURIComponent(path));
    return prefixes.some((prefix) => resolved.startsWith(prefix));
  } catch {
    return true;
  }
}

const judge = ({ registryUrl, hookSecret }: GatewayOptions, { method, target }: HttpRequest) =>
  fetch(`${registryUrl()}/hooks/authorize`, {
    headers: {
      authorization: `Bearer ${hookSecret}`,
      'x-original-method': method,
      'x-original-uri': target,
    },
  });

/** Passes a request on, with the very target that was judged. */
export function passOn(base: string, { method, target, headers, body }: HttpRequest): Promise<HttpAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, method, path: target, headers }, (response) => {
      text(response).then(
        (received) =>
          resolve({
            status: response.statusCode ?? 502,
            headers: endToEnd(response.headers),
            body: received,
          }),
        reject,
      );
    })
      .on('error', reject)
      .end(body);
  });
}

/** Headers but those of the one connection they came on. */
function endToEnd(headers: NodeJS.Dict<string | string[]>): Record<string, string | string[]> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || ['connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name)
      ? []
      : [[name, value] as const],
  );
  return Object.fromEntries(kept);
}

const plain = (status: number, message: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-store', ...headers },
  body: `${message}\n`,
});
