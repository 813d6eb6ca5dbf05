import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../../src/app/schema.js';

const FOLDER = 'migrations';
const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts'))
  .toSorted();

describe('the list of migrations', () => {
  it('the list of migrations is what the folder holds, in its order', () => {
    const classes = files.map(
      (file) => /export class (\w+)/.exec(readFileSync(join(FOLDER, file), 'utf8'))?.[1],
    );
    expect(MIGRATIONS.map(({ name }) => name)).toEqual(classes);
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)(
    'the list of migrations names the class in %s after the file, and its row in the database after the class',
    (file) => {
      const [, time = '', words = ''] = /^(\d{13})-([a-z-]+)\.ts$/.exec(file) ?? [];
      const name =
        words
          .split('-')
          .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
          .join('') + time;
      const migration = MIGRATIONS.find((candidate) => candidate.name === name);
      expect(migration && new migration().name).toBe(name);
    },
  );

  it('each of the migrations can be taken back', () => {
    for (const migration of MIGRATIONS) {
      expect([typeof migration.prototype.up, typeof migration.prototype.down]).toEqual([
        'function',
        'function',
      ]);
    }
  });
});
