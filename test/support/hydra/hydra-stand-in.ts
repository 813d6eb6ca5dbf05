import { AuthorizeAnswers } from './authorize-answers.js';
import { AuthorizeEndpoint } from './authorize-endpoint.js';
import { ClientStore, type StoredClient } from './client-store.js';
import { ClientsApi } from './clients-api.js';
import { withFault, type AdminCall, type Faults } from './faults.js';
import { Flows } from './flow.js';
import { json, Listener, type Handler, type HttpAnswer, type HttpRequest, type NoAnswer } from './http.js';
import { invalidRequest } from './hydra-error.js';
import { introspect } from './introspection.js';
import { LoginSessions } from './login-sessions.js';
import { Logout } from './logout.js';
import { PagesApi } from './pages-api.js';
import { publicRoutes } from './public-api.js';
import { router, type Routes } from './routes.js';
import { Signer } from './signer.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { TokenHook } from './token-hook.js';
import { TokenStore } from './token-store.js';

/** What Hydra reads from its configuration. All of it may change while it runs. */
export interface HydraConfig {
  /** Ends in a slash, as Hydra's does. Its own public address unless a gateway is in front of it. */
  issuer: string;
  /** Pages of the login and consent application. */
  loginUrl: string;
  consentUrl: string;
  logoutUrl: string;
  tokenHook: TokenHook | null;
}

/**
 * Ory Hydra 26.2 in memory, over real HTTP: its admin API, and the public endpoints that browsers and clients use, set
 * up as `docker/hydra.yml` sets up the real one. `test/hydra/contract.test.ts` holds it against that.
 */
export class HydraStandIn {
  /** Calls of the admin API since the start, in the order of their arrival, but for those that only see whether it answers. */
  readonly calls: AdminCall[] = [];
  /** Asked at each call of the admin API, also at those that only see whether it answers. */
  faults: Faults = () => null;

  private readonly tokens = new TokenStore();
  private readonly sessions = new LoginSessions();
  private readonly flows = new Flows();
  private readonly store = new ClientStore((clientId) => {
    this.tokens.removeClient(clientId);
    this.sessions.removeClient(clientId);
  });
  private readonly stopping = new AbortController();

  private constructor(
    readonly config: HydraConfig,
    private readonly admin: Listener,
    private readonly face: Listener,
  ) {}

  static async start(config: Partial<HydraConfig> = {}): Promise<HydraStandIn> {
    const handlers: { admin?: Handler; face?: Handler } = {};
    const admin = await Listener.start(async (request) => (await handlers.admin?.(request)) ?? 'hang');
    const listener = await Listener.start(async (request) => (await handlers.face?.(request)) ?? 'hang');
    const nowhere = 'http://127.0.0.1:9/';
    const pages = { loginUrl: nowhere, consentUrl: nowhere, logoutUrl: nowhere };
    const standIn = new HydraStandIn(
      { issuer: `${listener.url}/`, ...pages, tokenHook: null, ...config },
      admin,
      listener,
    );
    const logout = new Logout(() => standIn.config, standIn.store, standIn.sessions);
    const adminHandler = router(standIn.adminRoutes(logout));
    handlers.admin = (request) => standIn.answerAdmin(request, adminHandler);
    const face = router(standIn.publicRoutes(logout));
    handlers.face = (request) => face({ ...request, path: routed(request.path) });
    return standIn;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.admin.down(), this.face.down()]);
  }

  get adminUrl(): string {
    return this.admin.url;
  }

  get publicUrl(): string {
    return this.face.url;
  }

  /** What is stored, secrets in clear. */
  get clients(): ReadonlyMap<string, StoredClient> {
    return this.store.clients;
  }

  /** A copy of the table of clients, for `restore`. */
  backup(): ReadonlyMap<string, StoredClient> {
    return new Map(this.store.clients);
  }

  /** Puts the table of clients back, or one row of it, as PostgreSQL's tools do. */
  restore(backup: ReadonlyMap<string, StoredClient>, clientId?: string): void {
    const { clients } = this.store;
    for (const id of clientId === undefined ? [...clients.keys()] : [clientId]) clients.delete(id);
    for (const [id, client] of backup) if (clientId === undefined || id === clientId) clients.set(id, client);
  }

  /** Copies the table of access tokens. @returns what puts it back, beside `restore` */
  backUpAccessTokens(): () => void {
    const { accessTokens } = this.tokens;
    const backup = [...accessTokens];
    return () => {
      accessTokens.clear();
      for (const [token, grant] of backup) accessTokens.set(token, grant);
    };
  }

  /** Whether a client could authenticate with this secret. */
  verifySecret(clientId: string, secret: string): boolean {
    return this.store.clients.get(clientId)?.secret === secret;
  }

  /** The admin API refuses connections, as when Hydra is not running. What has arrived before may still take effect. */
  down(): Promise<void> {
    return this.admin.down();
  }

  up(): Promise<void> {
    return this.admin.up();
  }

  private adminRoutes(logout: Logout): Routes {
    return {
      ...new ClientsApi(this.store, () => this.config.issuer).routes,
      ...new PagesApi(this.flows).routes,
      ...logout.adminRoutes,
      'DELETE /admin/oauth2/tokens': (request) => this.deleteTokens(request),
      'POST /admin/oauth2/introspect': (request) => introspect(this.tokens, this.store, request),
      'GET /health/alive': () => json(200, { status: 'ok' }),
      'GET /health/ready': () => json(200, { status: 'ok' }),
      'GET /version': () => json(200, { version: 'v26.2.0' }),
    };
  }

  private publicRoutes(logout: Logout): Routes {
    const { tokens, store: clients, sessions, flows } = this;
    const config = () => this.config;
    const signer = new Signer(() => this.config.issuer, tokens, clients);
    const answers = new AuthorizeAnswers(tokens, signer);
    const authorize = new AuthorizeEndpoint(config, clients, flows, sessions, answers);
    const token = new TokenEndpoint(() => this.config.tokenHook, clients, tokens, signer);
    return publicRoutes({
      issuer: () => this.config.issuer,
      clients,
      tokens,
      signer,
      authorize,
      token,
      logout,
    });
  }

  private async answerAdmin(request: HttpRequest, handler: Handler): Promise<HttpAnswer | NoAnswer> {
    // Hydra serves its admin API with and without the prefix.
    const path = /^\/(admin|health|version)(\/|$)/.test(request.path)
      ? request.path
      : `/admin${request.path}`;
    const run = () => handler({ ...request, path });
    if (!path.startsWith('/admin')) return run();
    const call = callOf({ ...request, path });
    if (!isProbe(call)) this.calls.push(call);
    const fault = this.faults(call);
    const answer = await (fault ? withFault(fault, run, this.stopping.signal) : run());
    call.status = typeof answer === 'string' ? null : answer.status;
    return answer;
  }

  private deleteTokens({ query }: HttpRequest): HttpAnswer {
    const clientId = query.get('client_id') ?? '';
    if (clientId === '')
      throw invalidRequest("Query parameter 'client_id' is not defined but it should have been.");
    this.tokens.removeAccessTokens(clientId);
    return { status: 204 };
  }
}

/** The registry asks for the smallest page when it wants no clients. */
const isProbe = ({ method, query }: AdminCall): boolean => method === 'GET' && query.get('page_size') === '1';

function callOf({ method, path, query, body }: HttpRequest): AdminCall {
  const id = /^\/admin\/clients\/([^/]+)/.exec(path)?.[1];
  const clientId = id === undefined ? (query.get('client_id') ?? idIn(body)) : decodeURIComponent(id);
  return { method, path, query, clientId, body, status: null };
}

function idIn(body: string): string | null {
  return /"client_id"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? null;
}

/**
 * Go routes by the path as it was sent, and decodes each segment, so that %2F is no slash. But Hydra takes a slash off the
 * end of the decoded path; what was sent does not fit that any more, and from then on the decoded path counts.
 */
function routed(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.endsWith('/') ? decoded.slice(0, -1) : decodeURI(path);
  } catch {
    return path;
  }
}
