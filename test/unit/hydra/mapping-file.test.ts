import { randomUUID } from 'node:crypto';
import { mappingIn } from '../../../src/hydra/import/mapping-file.js';

const HEADER = 'owner,organization,project';
const [ORGANIZATION, PROJECT] = [randomUUID(), randomUUID()];
const PLACE = { organizationId: ORGANIZATION, projectId: PROJECT };
const TAIL = `${ORGANIZATION},${PROJECT}`;

describe('a mapping file', () => {
  it.each([
    ['an owner', `a,${TAIL}`, 'a'],
    ['no owner', `,${TAIL}`, ''],
    ['an owner in quotation marks', `"a, ""b""",${TAIL}`, 'a, "b"'],
    ['an owner with a line break', `"a\nb",${TAIL}`, 'a\nb'],
    ['an owner in letters of its own', `日本 チーム,${TAIL}`, '日本 チーム'],
    ['an owner with blanks', ` a ,${TAIL}`, ' a '],
  ])('a mapping file says where the clients of %s go', (_, line, owner) => {
    expect([...mappingIn(`${HEADER}\n${line}\n`)]).toEqual([[owner, PLACE]]);
  });

  it('a mapping file may have columns in any order, a byte order mark, CRLF, empty lines and no last line break', () => {
    const text = `\uFEFFproject,owner,organization\r\n\r\n${PROJECT},a,${ORGANIZATION}\r\n${PROJECT},b,${ORGANIZATION}`;
    expect(mappingIn(text)).toEqual(
      new Map([
        ['a', PLACE],
        ['b', PLACE],
      ]),
    );
  });

  it.each([
    ['another header', 'owner,project', 'its first line must be "owner,organization,project"'],
    ['nothing in it', '', 'its first line must be'],
    ['nothing beside its header', `${HEADER}\n`, 'it has no line beside its header'],
    [
      'an organization that is no UUID',
      `${HEADER}\na,acme,${PROJECT}`,
      'line 2: organization must be a UUID in lower case, not "acme"',
    ],
    [
      'a project in upper case',
      `${HEADER}\na,${ORGANIZATION},${PROJECT.toUpperCase()}`,
      'line 2: project must be a UUID',
    ],
    ['too few fields', `${HEADER}\na`, 'line 2: it has 1 fields instead of 3'],
    ['too many fields', `${HEADER}\na,${TAIL},`, 'line 2: it has 4 fields instead of 3'],
    ['an owner twice', `${HEADER}\n"a",${TAIL}\na,${TAIL}`, 'line 3: the owner "a" has a line already'],
    ['a quotation mark too many', `${HEADER}\n"a"b,${TAIL}`, 'line 2 is not CSV'],
    ['a quotation mark too few', `${HEADER}\n"a,${TAIL}`, 'line 2 is not CSV'],
    ['a problem after an owner of two lines', `${HEADER}\n"a\nb",${TAIL}\nc`, 'line 4: it has 1 fields'],
  ])('a mapping file is refused by line with %s', (_, text, problem) => {
    expect(() => mappingIn(text)).toThrow(problem);
  });

  it('a mapping file has all of its problems told, as far as somebody reads them', () => {
    const lines = Array.from({ length: 60 }, (_, at) => `owner ${at}`);
    expect(() => mappingIn([HEADER, ...lines].join('\n'))).toThrow(
      /line 2: (?:.|\n)*line 51: (?:.|\n)*and 10 more$/,
    );
  });

  it('a mapping file may be of thousands of owners', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `owner ${at},${TAIL}`);
    expect(mappingIn([HEADER, ...lines].join('\n')).size).toBe(20_000);
  });
});
