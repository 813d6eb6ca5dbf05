import { CREATED, STORED } from './client-answer.js';
import type { Exchange, Table } from './exchange.js';

const TOKEN = '[\\w%.~-]+';

const create = (id: string, members: object = {}): Exchange => ({
  send: 'POST /admin/clients',
  body: JSON.stringify({ client_id: id, owner: '{owner}', ...members }),
  status: 201,
  answer: { ...CREATED, client_id: id, owner: '{owner}', ...members },
});

const stored = (id: string, members: object = {}) => ({
  ...STORED,
  client_id: id,
  owner: '{owner}',
  ...members,
});

const list = (query: string, ids: readonly object[], link: string): Exchange => ({
  send: `GET /admin/clients?${query}`,
  status: 200,
  answer: ids,
  answerHeaders: { link: expect.stringMatching(new RegExp(`^${link}$`)) as string },
});

const first = (size: number, filter = 'owner=[\\da-f-]+&') =>
  `</admin/clients\\?${filter}page_size=${size}&page_token=${TOKEN}>; rel="first"`;
const next = (size: number) => first(size).replace('first', 'next');

const malformed = (reason: string) => ({
  error: 'The request was malformed or contained invalid parameters',
  error_description: expect.stringMatching(`^Unable to parse pagination parameters: ${reason}`) as string,
});

export const LISTS: Table = {
  'an owner without clients has an empty list': [list('owner={owner}', [], first(100))],
  'the list of an owner is ordered by id': [
    create('b-{id}', { client_name: 'Shop' }),
    create('a-{id}', { client_name: 'Shop' }),
    create('c-{id}', { client_name: 'Other' }),
    list(
      'owner={owner}',
      [
        stored('a-{id}', { client_name: 'Shop' }),
        stored('b-{id}', { client_name: 'Shop' }),
        stored('c-{id}', { client_name: 'Other' }),
      ],
      first(100),
    ),
    list(
      'owner={owner}&client_name=Other',
      [stored('c-{id}', { client_name: 'Other' })],
      first(100, 'client_name=Other&owner=[\\da-f-]+&'),
    ),
  ],
  'a page that is not the last links to the next one': [
    create('a-{id}'),
    create('b-{id}'),
    create('c-{id}'),
    list('owner={owner}&page_size=2', [stored('a-{id}'), stored('b-{id}')], `${first(2)},${next(2)}`),
    list('owner={owner}&page_size=3', [stored('a-{id}'), stored('b-{id}'), stored('c-{id}')], first(3)),
  ],
  'a page holds 500 at most': [list('owner={owner}&page_size=1000', [], first(500))],
  'a page size that makes no sense is the default': [
    list('owner={owner}&page_size=0', [], first(100)),
    list('owner={owner}&page_size=-3', [], first(100)),
  ],
  'a page size that is no number is refused': [
    {
      send: 'GET /admin/clients?page_size=x',
      status: 400,
      answer: malformed("strconv.Atoi: parsing 'x': invalid syntax$"),
    },
  ],
  'a page token that Hydra did not make is refused': [
    { send: 'GET /admin/clients?page_token=x', status: 400, answer: malformed('') },
  ],
};
