import { randomUUID } from 'node:crypto';
import { CLIENTS } from './contract/clients.table.js';
import { expectExchanges, type Table } from './contract/exchange.js';
import { describeFlows } from './contract/flows.js';
import { LISTS } from './contract/lists.table.js';
import { REFUSALS } from './contract/refusals.table.js';
import { targets, type Target } from './contract/target.js';
import { TOKENS } from './contract/tokens.table.js';

describe.each(targets())('$name', (named) => {
  let target: Target;

  beforeAll(async () => {
    target = await named.start();
  });
  afterAll(() => target.stop());

  describe.each([
    ['clients', CLIENTS],
    ['lists', LISTS],
    ['refusals', REFUSALS],
    ['tokens', TOKENS],
  ] as const)('%s', (_, table: Table) => {
    it.each(Object.entries(table))('Hydra and its stand-in keep the contract: %s', (__, row) =>
      expectExchanges(target, row),
    );
  });

  it('the lists of Hydra and its stand-in lead to every client once, page by page', async () => {
    const owner = randomUUID();
    const ids = Array.from({ length: 7 }, () => randomUUID());
    for (const id of ids) await create(target, { client_id: id, owner });
    const seen = await walkPages(target, `/admin/clients?owner=${owner}&page_size=3`);
    for (const id of ids) await fetch(`${target.adminUrl}/admin/clients/${id}`, { method: 'DELETE' });

    expect(seen).toEqual(ids.toSorted());
  });

  describe('flows', () => {
    describeFlows(() => target);
  });
});

async function create({ adminUrl }: Target, members: object): Promise<void> {
  const response = await fetch(`${adminUrl}/admin/clients`, {
    method: 'POST',
    body: JSON.stringify(members),
  });
  expect(response.status).toBe(201);
}

/** The ids on a page and on all that follow it. */
async function walkPages(target: Target, path: string): Promise<string[]> {
  const response = await fetch(`${target.adminUrl}${path}`);
  const page = (await response.json()) as { client_id: string }[];
  const next = /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  const ids = page.map(({ client_id: id }) => id);
  return next === undefined ? ids : [...ids, ...(await walkPages(target, next))];
}
