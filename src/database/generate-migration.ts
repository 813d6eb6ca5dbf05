import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';

const MIGRATIONS_FOLDER = 'migrations';

/**
 * Drafts the migration that the entities need beyond the ones there are. For review by hand: TypeORM only guesses.
 *
 * @returns the path of the new file
 * @throws Error for a name that is not kebab-case, and when the entities need no migration
 */
export async function generateMigration(dataSource: DataSource, name: string | undefined): Promise<string> {
  if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new Error('Name the migration in kebab-case: npm run migration:generate -- add-something');
  }
  await dataSource.runMigrations();
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  if (upQueries.length === 0) throw new Error('The entities need no migration.');
  const timestamp = Date.now();
  const path = join(MIGRATIONS_FOLDER, `${timestamp}-${name}.ts`);
  await writeFile(
    path,
    source(
      `${pascalCase(name)}${timestamp}`,
      upQueries.map(({ query }) => query),
      downQueries.map(({ query }) => query).reverse(),
    ),
    { flag: 'wx' },
  );
  return path;
}

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const source = (
  className: string,
  up: string[],
  down: string[],
): string => `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  name = '${className}';

  async up(queryRunner: QueryRunner): Promise<void> {
${statements(up)}
  }

  async down(queryRunner: QueryRunner): Promise<void> {
${statements(down)}
  }
}
`;

const statements = (queries: string[]): string =>
  queries.map((query) => `    await queryRunner.query(${JSON.stringify(query)});`).join('\n');
