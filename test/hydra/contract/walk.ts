import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Target } from './target.js';

const PERSON = 'ada';
const CALLBACK = 'https://shop.example.com/cb';

type Parameters = Readonly<Record<string, string>>;

/** What the pages get to know on the way. */
export interface Seen {
  login?: Record<string, unknown>;
  consent?: Record<string, unknown>;
}

/** A client of a real flow: one browser, and pages that say yes to everything. */
export class Walker {
  readonly id = randomUUID();
  readonly seen: Seen = {};
  private readonly verifier = randomBytes(32).toString('base64url');
  private readonly cookies = new Map<string, string>();

  constructor(private readonly target: Target) {}

  async register(members: object): Promise<void> {
    await this.write('POST', '/admin/clients', {
      client_id: this.id,
      client_secret: 'ocs_first-secret',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
      response_types: ['code', 'id_token', 'id_token token'],
      scope: 'openid offline_access notes:read',
      metadata: { revision: 7 },
      ...members,
    });
  }

  change(members: object): Promise<void> {
    return this.write('PUT', `/admin/clients/${this.id}`, members);
  }

  async remove(): Promise<void> {
    await fetch(`${this.target.adminUrl}/admin/clients/${this.id}`, { method: 'DELETE' });
  }

  /** The parameters of a code flow as it should be. */
  proper(): Parameters {
    return {
      client_id: this.id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid offline_access notes:read',
      state: 'some-long-state',
      nonce: 'some-long-nonce',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
  }

  /** Opens the authorization endpoint and goes where it leads to, as far as the client or a page for errors. */
  async open(parameters: Parameters): Promise<URL> {
    let next = new URL(`${this.target.publicUrl}/oauth2/auth?${new URLSearchParams(parameters).toString()}`);
    for (let hop = 0; hop < 6; hop++) {
      const page = await this.hop(next);
      const accepted = await this.sayYes(page);
      if (accepted === null) return page;
      next = this.atTarget(accepted);
    }
    throw new Error('the flow does not end');
  }

  /** Trades the code of an answer for tokens. */
  async redeem(
    answer: URL,
    more: Parameters = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const code = answer.searchParams.get('code') ?? '';
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: this.verifier,
    };
    return this.ask({ ...form, ...more });
  }

  refresh(token: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    return this.ask({ grant_type: 'refresh_token', refresh_token: String(token) });
  }

  async userinfo(token: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const headers = { authorization: `Bearer ${String(token)}` };
    const response = await fetch(`${this.target.publicUrl}/userinfo`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** What the admin API says of a token, under the names of RFC 7662. */
  async introspect(token: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.target.adminUrl}/admin/oauth2/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token: String(token) }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  /** Ends a token, as a client does that no longer needs it. */
  async revoke(token: unknown): Promise<number> {
    const response = await this.post('/oauth2/revoke', { token: String(token) });
    return response.status;
  }

  async deleteTokens(): Promise<void> {
    await fetch(`${this.target.adminUrl}/admin/oauth2/tokens?client_id=${this.id}`, { method: 'DELETE' });
  }

  private async ask(form: Parameters) {
    const response = await this.post('/oauth2/token', form);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  private post(path: string, form: Parameters): Promise<Response> {
    const credentials = Buffer.from(`${this.id}:ocs_first-secret`).toString('base64');
    return fetch(`${this.target.publicUrl}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { authorization: `Basic ${credentials}` },
    });
  }

  private async hop(url: URL): Promise<URL> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return new URL(response.headers.get('location') ?? url, url);
  }

  /** @returns where to go on, null where no page is asked for */
  private async sayYes({ searchParams }: URL): Promise<string | null> {
    const login = searchParams.get('login_challenge');
    if (login !== null) {
      this.seen.login = await this.admin('GET', 'login', login);
      return this.accept('login', login, { subject: PERSON, remember: true });
    }
    const consent = searchParams.get('consent_challenge');
    if (consent === null) return null;
    this.seen.consent = await this.admin('GET', 'consent', consent);
    const scope = this.seen.consent['requested_scope'];
    return this.accept('consent', consent, { grant_scope: scope, remember: true });
  }

  private async accept(kind: string, challenge: string, body: object): Promise<string> {
    const { redirect_to: next } = await this.admin('PUT', `${kind}/accept`, challenge, body);
    return String(next);
  }

  private async admin(method: string, path: string, challenge: string, body?: object) {
    const query = new URLSearchParams({ challenge }).toString();
    const response = await fetch(`${this.target.adminUrl}/admin/oauth2/auth/requests/${path}?${query}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  private async write(method: string, path: string, members: object): Promise<void> {
    const response = await fetch(`${this.target.adminUrl}${path}`, { method, body: JSON.stringify(members) });
    if (!response.ok) throw new Error(`not written: ${response.status} ${await response.text()}`);
  }

  /** Hydra's own addresses are those of its issuer, which need not be how it is reached here. */
  private atTarget(address: string): URL {
    const { pathname, search } = new URL(address);
    return new URL(`${this.target.publicUrl}${pathname}${search}`);
  }
}
