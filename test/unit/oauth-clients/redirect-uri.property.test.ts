import fc from 'fast-check';
import { redirectUriProblem as problemOf } from '../../../src/oauth-clients/model/redirect-uri.js';

const LISTED = ['cursor', 'exp', 'web+app'];
const redirectUriProblem = (uri: string) => problemOf(uri, LISTED);

interface Components {
  scheme: string;
  host: string | undefined;
  port: string | undefined;
  path: string;
  query: string | undefined;
}

/** A second parser, straight from the grammar of RFC 3986, appendix A, for URIs without user information and fragment. */
const PCHAR = `(?:[a-z0-9._~!$&'()*+,;=:@-]|%[0-9a-f][0-9a-f])`;
const REG_NAME = `(?:[a-z0-9._~!$&'()*+,;=-]|%[0-9a-f][0-9a-f])*`;
const RFC_3986 = new RegExp(
  `^(?<scheme>[a-z][a-z0-9+.-]*):` +
    `(?://(?<host>\\[[0-9a-f:]+\\]|${REG_NAME})(?::(?<port>[0-9]*))?(?<abempty>(?:/${PCHAR}*)*)|(?<absolute>/(?:${PCHAR}+(?:/${PCHAR}*)*)?))` +
    `(?:\\?(?<query>(?:${PCHAR}|[/?])*))?$`,
  'i',
);

function parse(uri: string): Components {
  const groups = RFC_3986.exec(uri)?.groups;
  if (!groups) throw new Error('RFC 3986 does not allow it');
  const { scheme = '', host, port, abempty, absolute, query } = groups;
  return { scheme, host, port, path: abempty ?? absolute ?? '', query };
}

/** RFC 3986, section 5.3. */
function compose({ scheme, host, port, path, query }: Components): string {
  const authority = host === undefined ? '' : `//${host}${port === undefined ? '' : `:${port}`}`;
  return `${scheme}:${authority}${path}${query === undefined ? '' : `?${query}`}`;
}

/** The component-wise view of the WHATWG parser, in RFC 3986's terms. */
function parseAsBrowsersDo(uri: string): Components & { rest: string } {
  const url = new URL(uri);
  return {
    scheme: url.protocol.slice(0, -1),
    host: url.hostname || undefined,
    port: url.port || undefined,
    path: url.pathname,
    query: url.search === '' ? undefined : url.search.slice(1),
    rest: url.username + url.password + url.hash,
  };
}

/** Schemes that no operator can list. */
const NEVER = (
  'javascript data file filesystem blob about vbscript view-source jar ws wss ftp intent android-app content resource ' +
  'chrome chrome-extension moz-extension mailto tel sms ssh git ldap smb urn mid cid search-ms ms-settings ms-app ms-x'
).split(' ');

const SPECIAL = ['https', 'http'];
const DEFAULT_PORTS = new Map([
  ['https', '443'],
  ['http', '80'],
]);

/** The two liberties a registered URI has: no path, and the default port. To a browser an empty query or authority is none. */
function withoutLiberties(components: Components): Components {
  const { scheme, host, port, path, query } = components;
  const isSpecial = SPECIAL.includes(scheme);
  return {
    scheme,
    host: host || undefined,
    port: port === DEFAULT_PORTS.get(scheme) ? undefined : port,
    path: isSpecial && path === '' ? '/' : path,
    query: query || undefined,
  };
}

const namesOf = (label: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => [...labels, 'example'].join('.'));
const scheme = namesOf(fc.stringMatching(/^[a-z][a-z0-9]?([a-z0-9-]{0,5}[a-z0-9])?$/));
const name = namesOf(fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,5}[a-z0-9_])?$/));
/** What an app writes there is its own. */
const authority = fc.stringMatching(/^[a-zA-Z0-9._~!$&'()+,;=-]{0,8}$/);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map((ip) => `[${ip}]`),
  fc.ipV4Extended(),
);
const loopback = fc.oneof(
  fc.constantFrom('localhost', '127.0.0.1', '[::1]'),
  name.map((host) => `${host}.localhost`),
);
const port = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`) },
  { weight: 1, arbitrary: fc.constantFrom(':443', ':80', ':0', ':', ':65536', ':0443') },
);
const pathCharacters = fc.stringMatching(
  /^([a-zA-Z0-9._~!$&'()+,;=:@-]|%(2[0-9A-F]|[34][0-9a-f]|C3%A9)){0,6}$/,
);
const path = fc
  .array(pathCharacters, { maxLength: 4 })
  .map((segments) => segments.map((s) => `/${s}`).join(''));
const query = fc.oneof(
  fc.constant(''),
  fc.stringMatching(/^\?([a-zA-Z0-9._~!$&()*+,=:@/?-]|%[2-6][0-9a-fA-F]){0,8}$/),
);
const join = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));

const appScheme = fc.oneof(
  { weight: 3, arbitrary: scheme },
  { weight: 1, arbitrary: fc.constantFrom(...LISTED) },
);

const plausible = fc.oneof(
  { weight: 4, arbitrary: join(fc.constant('https://'), fc.oneof(name, address), port, path, query) },
  { weight: 2, arbitrary: join(fc.constant('http://'), loopback, port, path, query) },
  { weight: 1, arbitrary: join(appScheme, fc.constant(':/'), pathCharacters, path, query) },
  { weight: 1, arbitrary: join(appScheme, fc.constant(':///'), pathCharacters, path, query) },
  {
    weight: 2,
    arbitrary: join(appScheme, fc.constant('://'), fc.oneof(authority, name, loopback), port, path, query),
  },
);

const HOSTILE =
  "# @ * \\ % %00 %0a %2e %2E%2e .. /../ /./ // : :0 [ ] ; ? ?' ' %zz %ff %c0%ae é 。 \t \n \0 \u202e A xn-- 0x7f 127.1 . javascript: data: _ { | < \"".split(
    ' ',
  );
const mutated = fc
  .tuple(
    plausible,
    fc.constantFrom(...HOSTILE, ' ', ''),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 2 }),
  )
  .map(([uri, piece, where, cut]) => {
    const at = Math.floor(where * uri.length);
    return uri.slice(0, at) + piece + uri.slice(at + cut);
  });

const candidate = fc.oneof(
  { weight: 5, arbitrary: plausible },
  { weight: 5, arbitrary: mutated },
  { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

function forEachAccepted(check: (uri: string) => void): void {
  fc.assert(
    fc.property(candidate, (uri) => {
      if (redirectUriProblem(uri) === null) check(uri);
    }),
    { numRuns: 5_000 },
  );
}

describe('any accepted redirect URI', () => {
  it('an accepted redirect URI is found often enough among the candidates for these properties to mean something', () => {
    const accepted = fc.sample(candidate, 3_000).filter((uri) => redirectUriProblem(uri) === null);
    expect(accepted.length).toBeGreaterThan(600);
    expect(accepted.length).toBeLessThan(2_700);
    expect(accepted.filter((uri) => !/^https?:/.test(uri)).length).toBeGreaterThan(200);
    expect(accepted.filter((uri) => uri.includes(':///')).length).toBeGreaterThan(20);
  });

  it('any accepted redirect URI comes back unchanged from a parser of RFC 3986', () => {
    forEachAccepted((uri) => expect(compose(parse(uri))).toBe(uri));
  });

  it('any accepted redirect URI comes back from the WHATWG parser unchanged but for an empty path and a default port', () => {
    forEachAccepted((uri) => {
      const sent = parse(uri);
      expect(new URL(uri).href).toBe(
        compose({ ...withoutLiberties(sent), host: sent.host, query: sent.query }),
      );
    });
  });

  it('any accepted redirect URI has the same components for both parsers', () => {
    forEachAccepted((uri) => {
      expect(parseAsBrowsersDo(uri)).toEqual({ ...withoutLiberties(parse(uri)), rest: '' });
    });
  });

  it('any accepted redirect URI is https, http on a loopback host, has a scheme with a dot, or one that is listed', () => {
    forEachAccepted((uri) => {
      const { protocol, hostname } = new URL(uri);
      const isLoopback = /^(?:(?:[^.]+\.)*localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
      expect(
        protocol === 'https:' ||
          (protocol === 'http:' && isLoopback) ||
          /^[a-z][a-z\d-]*\..+:$/.test(protocol) ||
          LISTED.includes(protocol.slice(0, -1)),
      ).toBe(true);
    });
  });

  it('any accepted redirect URI has no scheme that can never be listed, to any parser', () => {
    forEachAccepted((uri) => {
      for (const spelling of [parse(uri).scheme, new URL(uri).protocol.slice(0, -1)]) {
        expect(NEVER).not.toContain(spelling.toLowerCase());
        expect(spelling).not.toMatch(/^ms-/i);
      }
    });
  });

  it('any accepted redirect URI names a target: an authority, or a path that begins with a slash', () => {
    forEachAccepted((uri) => {
      const { host, path: target } = parse(uri);
      expect(host || target.startsWith('/')).toBeTruthy();
    });
  });

  it('any accepted redirect URI stays on its path and brings no control character, however often it is decoded', () => {
    forEachAccepted((uri) => {
      const { path: raw, query: rawQuery = '' } = parse(uri);
      for (const text of decodings(raw)) {
        expect(text.split(/[/\\]/).map((segment) => segment.split(';')[0])).not.toContain('..');
        expect(text.split(/[/\\]/)).not.toContain('.');
      }
      for (const text of decodings(raw + rawQuery)) expect(text).not.toMatch(/\p{Cc}/u);
    });
  });
});

describe('redirectUriProblem', () => {
  it('the check of redirect URIs answers any string with null or a sentence, which may lead to a URI, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(candidate, fc.string({ unit: 'binary-ascii' }), fc.string()), (uri) => {
        expect(redirectUriProblem(uri)?.detail ?? '.').toMatch(/\.$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('the check of redirect URIs leads to an accepted URI from every string that is not long', () => {
    fc.assert(
      fc.property(fc.oneof(candidate, fc.string()), (uri) => {
        const problem = redirectUriProblem(uri);
        if (problem === null) return;
        const example = exampleIn(problem.detail);
        expect(example).toBeDefined();
        expect(redirectUriProblem(example ?? '')).toBeNull();
      }),
      { numRuns: 5_000 },
    );
  });

  it('the check of redirect URIs refuses every scheme that can never be listed, in any spelling, listed or not', () => {
    const hidden = fc.constantFrom(
      '',
      ' ',
      '\t',
      '\n',
      '\0',
      '\u200b',
      '\ufeff',
      '%20',
      '%00',
      '/',
      '\\',
      '"',
    );
    const recased = fc
      .tuple(fc.constantFrom(...NEVER), fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }))
      .map(([word, upper]) =>
        [...word].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join(''),
      );
    const spelled = fc
      .tuple(recased, hidden, fc.nat({ max: 20 }), fc.boolean())
      .map(([word, piece, at, isEncoded]) =>
        isEncoded
          ? word.slice(0, at) + word.slice(at, at + 1).replace(/./s, percent) + word.slice(at + 1)
          : word.slice(0, at) + piece + word.slice(at),
      );
    const rest = fc.oneof(
      join(fc.constantFrom(':', ':/', '://', ':///', ':\\\\'), fc.oneof(authority, name), path, query),
      fc.constantFrom(':alert(1)', '://localhost/%0aalert(1)', ':text/html,x', ':///etc/passwd', ':'),
    );
    fc.assert(
      fc.property(spelled, rest, fc.boolean(), (start, end, isListed) => {
        const problem = problemOf(start + end, isListed ? NEVER : []);
        expect(problem).not.toBeNull();
        expect(exampleIn(problem?.detail) ?? 'https:').toMatch(/^(?:https?|com\.example\.[\w-]+):/);
      }),
      { numRuns: 5_000 },
    );
  });
});

const exampleIn = (detail = ''): string | undefined => / Try "(.*)"\.$/.exec(detail)?.[1];

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;

/** What is read after one, two, three decodings, each as far as it goes. */
function decodings(text: string): string[] {
  const decode = (encoded: string): string =>
    encoded.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
  const once = decode(text);
  const twice = decode(once);
  return [text, once, twice, decode(twice)];
}
