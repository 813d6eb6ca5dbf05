/** A client as pages get it: all of it but its secret. */
export interface PageClient {
  readonly client_id: string;
  readonly client_name: string;
  readonly client_uri: string;
  readonly policy_uri: string;
  readonly tos_uri: string;
  readonly contacts: readonly string[] | null;
  readonly owner: string;
  readonly skip_consent: boolean;
  readonly skip_logout_consent: boolean | null;
}

export interface LoginRequest {
  readonly skip: boolean;
  readonly subject: string;
  readonly client: PageClient;
}

export interface ConsentRequest extends LoginRequest {
  readonly requested_scope: readonly string[];
  readonly requested_access_token_audience: readonly string[];
  readonly request_url: string;
}

export interface LogoutRequest {
  readonly client: PageClient | null;
}

interface Requests {
  readonly login: LoginRequest;
  readonly consent: ConsentRequest;
  readonly logout: LogoutRequest;
}

export type PageKind = keyof Requests;

/** Hydra's admin API as far as the pages need it. */
export class HydraPages {
  constructor(private readonly adminUrl: () => string) {}

  get<K extends PageKind>(kind: K, challenge: string): Promise<Requests[K]> {
    return this.call('GET', this.address(kind, '', challenge));
  }

  /** @returns where the browser goes on */
  async accept(kind: PageKind, challenge: string, body: object = {}): Promise<string> {
    return this.decide(this.address(kind, '/accept', challenge), body);
  }

  /** @returns where the browser goes on */
  async deny(kind: 'login' | 'consent', challenge: string): Promise<string> {
    const body = { error: 'access_denied', error_description: 'The person said no.' };
    return this.decide(this.address(kind, '/reject', challenge), body);
  }

  private async decide(address: string, body: object): Promise<string> {
    const { redirect_to: next } = await this.call<{ redirect_to: string }>('PUT', address, body);
    return next;
  }

  private address(kind: PageKind, action: string, challenge: string): string {
    const query = new URLSearchParams({ [`${kind}_challenge`]: challenge });
    return `${this.adminUrl()}/admin/oauth2/auth/requests/${kind}${action}?${query.toString()}`;
  }

  private async call<T>(method: string, address: string, body?: object): Promise<T> {
    const response = await fetch(address, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`Hydra answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
