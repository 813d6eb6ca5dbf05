import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const textOf = (path: string): string => readFileSync(path, 'utf8');

const markdownIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(directory, name));

const PAGES = ['.', 'docs', 'docs/decisions'].flatMap(markdownIn);

interface Link {
  readonly page: string;
  readonly target: string;
}

const LINKS: Link[] = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
);

/** As GitHub makes them of headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('README and docs', () => {
  it('README and docs link to what is there, down to the heading', () => {
    const dead = LINKS.filter(({ page, target }) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });

    expect(LINKS.length).toBeGreaterThan(40);
    expect(dead).toEqual([]);
  });

  it('the README leads to every page of the docs', () => {
    const linked = LINKS.filter(({ page }) => page === 'README.md').map(({ target }) => target.split('#')[0]);
    const pages = [...markdownIn('docs'), 'docs/decisions/README.md'];

    expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
  });

  it('README and docs name npm scripts that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
    );

    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('the docs describe the variables that the configuration reads, and no others', () => {
    const code = readdirSync('src/config')
      .map((name) => textOf(join('src/config', name)))
      .join('\n');
    const read = new Set<string>(
      [...code.matchAll(/(?:read\.\w+|\bread\w+)\(\s*(?:read, )?'([A-Z_]+)'/g)].map(([, name = '']) => name),
    );
    const rows = textOf('docs/configuration.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const described = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name),
    );

    expect(described.toSorted()).toEqual([...read].filter((name) => name !== 'NODE_ENV').toSorted());
  });
});
