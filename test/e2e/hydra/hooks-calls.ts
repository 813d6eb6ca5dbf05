import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { HOOK_SECRET } from '../../support/hydra/hydra-registry.js';
import type { ApiClient, Answer } from '../../support/api-client.js';

export interface TokenHookBody extends Record<string, unknown> {
  readonly session: { readonly access_token: object; readonly id_token: object };
}

/** As Hydra asks before it issues a token. */
export const askTokenHook = (
  api: ApiClient,
  clientId: string,
  asked: {
    extra?: object;
    ext?: object | null;
    rat?: string;
    audience?: readonly string[];
    request?: object;
  } = {},
): Promise<Answer<TokenHookBody>> => {
  const { extra = {}, ext = null, rat, audience = null, request: more } = asked;
  return api.post<TokenHookBody>('/hooks/hydra/token', {
    token: HOOK_SECRET,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: {
      session: { id_token: { id_token_claims: { sub: 'mia', rat, ext }, subject: 'mia' }, extra },
      request: {
        client_id: clientId,
        requested_scopes: null,
        granted_audience: audience,
        grant_types: ['client_credentials'],
        ...more,
      },
    },
  });
};

/** As nginx asks about a request to the authorization endpoint. */
export const askGate = (
  api: ApiClient,
  query: string,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  api.get('/hooks/authorize', {
    token: HOOK_SECRET,
    headers: {
      'x-original-method': 'GET',
      'x-original-uri': `/oauth2/auth?${query}`,
      ...headers,
    },
  });

export const reasonIn = ({ headers }: Answer): string | null => headers.get('x-refusal-reason');

export interface PlainAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly text: string;
}

/** Any method and any path, as they are. */
export function ask(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string | string[]> = {},
): Promise<PlainAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const get = (name: string): string | undefined => response.headers[name]?.toString();
      const status = response.statusCode ?? 0;
      text(response).then((body) => resolve({ status, headers: { get }, text: body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
