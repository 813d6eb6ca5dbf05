import type { ClientStore, StoredClient } from './client-store.js';
import type { HttpRequest } from './http.js';
import { oauthError } from './oauth-error.js';

interface Credentials {
  readonly id: string;
  readonly secret: string;
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'none';
}

/** The client of a request at the token endpoint. @throws unless it proves itself in the way it is registered for */
export function authenticateClient(
  { headers }: HttpRequest,
  form: URLSearchParams,
  store: ClientStore,
): StoredClient {
  const { id, secret, method } = fromHeader(headers.authorization) ?? fromForm(form);
  const client = store.clients.get(id);
  if (!client) throw invalidClient();
  const { token_endpoint_auth_method: registered } = client.members;
  if (method !== 'none' && method !== registered) throw invalidClient();
  if (registered === 'none') return client;
  if (secret !== client.secret) throw invalidClient();
  return client;
}

/** Both halves are form-encoded (RFC 6749, section 2.3.1). */
function fromHeader(header: string | undefined): Credentials | null {
  const encoded = /^Basic (.*)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s);
  return {
    id: formDecoded(id),
    secret: formDecoded(secret),
    method: secret === '' ? 'none' : 'client_secret_basic',
  };
}

function fromForm(form: URLSearchParams): Credentials {
  const id = form.get('client_id') ?? '';
  const secret = form.get('client_secret') ?? '';
  if (id === '') throw oauthError('invalid_request', 'There are no client credentials.');
  return { id, secret, method: secret === '' ? 'none' : 'client_secret_post' };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw oauthError('invalid_request', 'The credentials are not form-encoded.');
  }
}

const invalidClient = () => oauthError('invalid_client', 'The client could not be authenticated.');
