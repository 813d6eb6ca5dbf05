export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

export interface CallOptions {
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks to a running service over real HTTP. */
export class ApiClient {
  constructor(readonly url: string) {}

  get = <B>(path: string, options?: CallOptions) => this.call<B>('GET', path, options);
  post = <B>(path: string, options?: CallOptions) => this.call<B>('POST', path, options);
  put = <B>(path: string, options?: CallOptions) => this.call<B>('PUT', path, options);
  patch = <B>(path: string, options?: CallOptions) => this.call<B>('PATCH', path, options);
  delete = <B>(path: string, options?: CallOptions) => this.call<B>('DELETE', path, options);

  async call<B = Record<string, unknown>>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<B>> {
    const { token, body, raw, headers } = options;
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : {}) as B,
      text,
    };
  }
}
