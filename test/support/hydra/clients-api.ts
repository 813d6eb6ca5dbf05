import { randomBytes } from 'node:crypto';
import { decodeClient, toAnswer, type ClientMembers } from './client-members.js';
import { validated } from './client-rules.js';
import type { ClientStore, StoredClient } from './client-store.js';
import { json, type HttpAnswer, type HttpRequest } from './http.js';
import { malformed, unrecognizable } from './hydra-error.js';
import { patched } from './json-patch.js';
import { linksOf, pageTokenId } from './pagination.js';
import type { Routes } from './routes.js';

const MAX_PAGE_SIZE = 500;
const DEFAULT_PAGE_SIZE = 100;

/** `/admin/clients` */
export class ClientsApi {
  readonly routes: Routes = {
    'GET /admin/clients': (request) => this.list(request),
    'POST /admin/clients': (request) => this.create(request),
    'GET /admin/clients/{id}': (_, id) => json(200, answerOf(this.store.get(id))),
    'PUT /admin/clients/{id}': (request, id) => this.replace(request, id),
    'PATCH /admin/clients/{id}': (request, id) => this.patch(request, id),
    'DELETE /admin/clients/{id}': (_, id) => this.remove(id),
  };

  /** @param issuer where Hydra would let a client manage itself */
  constructor(
    private readonly store: ClientStore,
    private readonly issuer: () => string,
  ) {}

  private create({ body }: HttpRequest): HttpAnswer {
    const sent = decodeClient(body);
    const secret = sent.client_secret || randomBytes(20).toString('base64url').slice(0, 26);
    const members = validated({ ...sent, client_secret: secret });
    const created = this.store.create(members, secret);
    const { client_id: id } = created.members;
    const isPublic = members.token_endpoint_auth_method === 'none';
    const answer = {
      ...toAnswer({ ...members, client_id: id }, isPublic ? '' : secret),
      ...timesOf(created),
      registration_access_token: `ory_at_${randomBytes(32).toString('base64url')}`,
      registration_client_uri: `${this.issuer()}oauth2/register/${encodeURIComponent(sent.client_id)}`,
    };
    return json(201, answer, { location: `/admin/clients/${encodeURIComponent(id)}` });
  }

  private replace({ body }: HttpRequest, id: string): HttpAnswer {
    const sent = decodeClient(body);
    const members = validated({ ...sent, client_id: id });
    const replaced = this.store.replace(id, members);
    const { updated_at: now } = timesOf(replaced);
    // Hydra's answer has the time it was sent, or its own: the stored one stays as it was.
    const times = { created_at: sent.created_at ?? now, updated_at: now };
    return json(200, { ...toAnswer(members, sent.client_secret), ...times });
  }

  /** Hydra reads the client, patches what its admin API shows of it, and writes all of it as a PUT does. */
  private patch({ body }: HttpRequest, id: string): HttpAnswer {
    const shown = answerOf(this.store.get(id));
    const sent = decodePatched(patched(shown, body));
    const members = validated({ ...sent, client_id: id });
    const changed = this.store.replace(id, members);
    return json(200, { ...toAnswer(members, sent.client_secret), ...timesOf(changed) });
  }

  private remove(id: string): HttpAnswer {
    this.store.remove(id);
    return { status: 204 };
  }

  private list({ query }: HttpRequest): HttpAnswer {
    const limit = pageSize(query.get('page_size') ?? '');
    const after = pageTokenId(query.get('page_token') ?? '');
    const filter = { owner: query.get('owner') ?? '', name: query.get('client_name') ?? '' };
    const { page, hasMore } = this.store.list({ ...filter, after, limit });
    const next = hasMore ? page.at(-1)?.members.client_id : undefined;
    const link = linksOf({ path: '/admin/clients', query, limit, next });
    return json(200, page.map(answerOf), { link });
  }
}

/** A client as a GET shows it, and as the pages for people get it. */
export const answerOf = (client: StoredClient): Record<string, unknown> => ({
  ...toAnswer(client.members, ''),
  ...timesOf(client),
});

/** Hydra has no name either for what is wrong with the form of a patched client. */
function decodePatched(client: object): ClientMembers {
  try {
    return decodeClient(JSON.stringify(client));
  } catch {
    throw unrecognizable();
  }
}

const timesOf = ({
  createdAt,
  updatedAt,
}: StoredClient): Pick<ClientMembers, 'created_at'> & { updated_at: string } => ({
  created_at: createdAt.toISOString().replace(/\.\d+/, ''),
  updated_at: updatedAt.toISOString(),
});

function pageSize(text: string): number {
  if (text !== '' && !/^[+-]?\d+$/.test(text)) {
    throw malformed(`Unable to parse pagination parameters: strconv.Atoi: parsing '${text}': invalid syntax`);
  }
  const size = Number(text);
  return size > 0 ? Math.min(size, MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE;
}
