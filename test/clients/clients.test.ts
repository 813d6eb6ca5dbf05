import { LANGUAGES } from './languages.js';
import { useRegistry } from '../support/use-registry.js';

/** The two that every verification tries; `npm run test:clients` names all. */
const chosen = (process.env['CLIENT_LANGUAGES'] ?? 'typescript,python').split(',');

const tried = chosen.map((name) => {
  const language = LANGUAGES[name];
  if (!language)
    throw new Error(`CLIENT_LANGUAGES names ${name}, and there are ${Object.keys(LANGUAGES).join(', ')}`);
  const reason = language.lacks();
  if (reason !== null) console.warn(`The generated client for ${name} is not tested: ${reason}.`);
  return { name, reason, ...language };
});

describe('clients generated from the API description', () => {
  const { registry } = useRegistry();

  describe.each(tried)('for $name, by $generator,', ({ reason, use }) => {
    (reason === null ? it : it.skip)(
      'compile, and list, create, read, patch and delete clients, make secrets, and tell problems apart',
      async () => {
        const tenant = await registry.tenant();
        await use({
          REGISTRY_URL: registry.url,
          REGISTRY_TOKEN: tenant.admin,
          ORG_ID: tenant.organizationId,
          PROJECT_ID: tenant.projectId,
        });
        const { rows } = await registry.database.query<{ name: string }>(
          'select name from oauth_clients where project_id = $1 and deleted_at is not null',
          [tenant.projectId],
        );
        expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['Renamed']));
      },
      600_000,
    );
  });
});
