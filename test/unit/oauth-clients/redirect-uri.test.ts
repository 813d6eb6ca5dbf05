import { redirectUriProblem as problemOf } from '../../../src/oauth-clients/model/redirect-uri.js';

const redirectUriProblem = (uri: string) => problemOf(uri, []);

function accepts(what: string, uris: readonly string[], schemes: readonly string[] = []): void {
  describe(what, () => {
    it.each(uris)('the redirect URI %j is accepted', (uri) => {
      expect(problemOf(uri, schemes)).toBeNull();
    });
  });
}

/** What somebody registers who does as the text says: copies the URI at its end. */
const followed = (detail = ''): string => / Try "(.*)"\.$/.exec(detail)?.[1] ?? '';

/** The code is that of the check, so that each attack is stopped by the check that is meant to stop it. */
function refuses(what: string, code: string, uris: readonly string[]): void {
  describe(what, () => {
    it.each(uris)('the redirect URI %j is refused with a text that leads to an accepted URI', (uri) => {
      const problem = redirectUriProblem(uri);

      expect(problem?.code).toBe(`redirect_uri_${code}`);
      expect(followed(problem?.detail)).not.toBe('');
      expect(redirectUriProblem(followed(problem?.detail))).toBeNull();
    });
  });
}

describe('redirectUriProblem', () => {
  accepts('https', [
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com?tenant=1',
    'https://app.example.com:443',
    'https://app.example.com:443/callback',
    'https://app.example.com:80/callback',
    'https://app.example.com:8443/callback',
    'https://app.example.com:65535/',
    'https://localhost/callback',
    'https://10.0.0.1/callback',
    'https://192.168.0.255:8443/callback',
    'https://[2001:db8::1]/callback',
    'https://intranet/callback',
    'https://1password.example/callback',
    'https://a-b--c.example/callback',
    'https://xn--bcher-kva.example/callback',
    'https://xn--bcher-kva.xn--p1ai/callback',
    'https://xn--ls8h.example/callback',
    'https://my_service.example.com/callback',
    'https://_a.b_c.example/callback',
    `https://${'a'.repeat(63)}.example/`,
  ]);
  accepts('what RFC 3986 allows in path and query', [
    "https://app.example.com/a-._~!$&'()+,;=:@b",
    'https://app.example.com/a//b/',
    'https://app.example.com/%20%C3%A9%F0%9F%98%80',
    'https://app.example.com/%2Fnot%2fa%5Csegment',
    'https://app.example.com/.well-known/...',
    'https://app.example.com/a..b/c./.d',
    'https://app.example.com/cb?',
    'https://app.example.com/cb?a=1&b=%3B&c=/?:@!$()*,&code=x&state=y',
    'https://app.example.com/cb?next=https%3A%2F%2Fother.example%2F%3Fa%3D1',
    'https://app.example.com/cb?dots=/../x',
    'https://app.example.com/cb?next=https%253A%252F%252Fother.example%252F%2525',
  ]);
  accepts('http on a loopback host', [
    'http://localhost',
    'http://localhost:80',
    'http://localhost:3000/callback?x=1',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:8080/callback',
    'http://[::1]/callback',
    'http://[::1]:8080/callback',
    'http://app.localhost:3000/callback',
    'http://a.b_c.localhost/',
  ]);
  accepts('private-use schemes in reverse-domain form', [
    'com.example.app:/',
    'com.example.app:/callback',
    'com.example.app:/callback?x=1',
    'com.example.app://callback/',
    'com.example.app://oauth.example.com/callback',
    'com.example.app://callback',
    'com.example.app://callback?flow=login',
    'com.example.app:///callback',
    'com.example.app:///',
    'com.example.app://Callback/',
    'com.example.app://my_app-test.eu.auth0.com/android/com.my_app.debug/callback',
    'com.example.app://127.1/callback',
    'com.example.app://xn--a/callback',
    'com.example.app://a.-b./callback',
    "com.example.app://a!$&'()+,;=b/callback",
    'com.example.app://[::1]:8080/callback',
    'com.example.my-app:/callback',
    'com.googleusercontent.apps.123-abc:/oauth2redirect',
    "com.example.app:/callback?it's=1",
  ]);

  refuses('schemes that run or read something, or that belong to another protocol', 'scheme_forbidden', [
    'javascript:alert(1)',
    'javascript://localhost/%0aalert(1)',
    'JAVASCRIPT://app.example.com/',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://app.example.com/1',
    'view-source:https://app.example.com/',
    'about:blank',
    'intent://app.example.com/',
    'ftp://app.example.com/',
    'ws://app.example.com/',
    'urn:ietf:wg:oauth:2.0:oob',
    'mailto:a@example.com',
    'ms-app://s-1-15-2-1234/',
    'MS-Settings:privacy',
    'ms-x.example:/callback',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop/cb.html',
    'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc/cb.html',
    'android-app://com.example.app/cb',
    'search-ms:query=x',
  ]);
  refuses('no scheme', 'scheme_missing', [
    '',
    '/callback',
    '//app.example.com/callback',
    'app.example.com/callback',
    '://app.example.com',
    '?x',
    'https%3A//app.example.com/',
    'localhost:3000',
    'www.example.de',
    'localhost:3000/callback',
    '127.0.0.1:3000/callback',
    'app.example.com:8080/callback',
    'https//app.example.com/callback',
  ]);
  refuses('schemes in upper case', 'scheme_upper_case', [
    'HTTPS://app.example.com/callback',
    'Https://app.example.com/callback',
    'Com.example.app:/callback',
    'com.Example.app:/callback',
  ]);
  refuses('schemes without a dot that nobody has listed', 'scheme_not_listed', [
    'http+unix://localhost/',
    'myapp:/callback',
    'myapp://callback/',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'exp://192.168.1.5:19000',
    'msal0a1b2c3d-0000-1111-2222-333344445555://auth',
  ]);
  refuses('private-use schemes that are not in reverse-domain form', 'scheme_malformed', [
    '%68ttps://app.example.com/',
    '.com.example:/callback',
    'com.:/callback',
    'com..example:/callback',
    'com.example.:/callback',
    'com.-example:/callback',
    'com.example-:/callback',
    'com.example+app:/callback',
    '1com.example:/callback',
    `com.${'a'.repeat(64)}:/callback`,
  ]);
  refuses('schemes with an underscore', 'scheme_underscore', [
    'com.example_app:/callback',
    'my_app://callback',
  ]);
  refuses('private-use URIs that lead to nothing', 'target_missing', [
    'com.example.app:',
    'com.example.app:callback',
    'com.example.app:?x',
    'com.example.app:javascript:alert(1)',
    'com.example.app:%2fcallback',
    'com.example.app://:80/callback',
    'com.example.app://',
    'com.example.app://?x',
  ]);
  refuses('http beyond loopback', 'http_not_loopback', [
    'http://app.example.com/callback',
    'http://localhost.example.com/callback',
    'http://notlocalhost/',
    'http://127.0.0.2/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::2]/',
    'http://10.0.0.1/',
    'http://grafana:3000/login',
    'http://localhost.localdomain/callback',
  ]);
  refuses('blanks and invisible characters', 'has_blank', [
    ' https://app.example.com/',
    'https://app.example.com/ ',
    'https://app.example.com/\n',
    'https://app.example.com/a b',
    'ht\ttps://app.example.com/',
    'https://app.example\n.com/',
    'https://app.example.com/\0',
    'https://app.example.com/\x7f',
    '\ufeffhttps://app.example.com/',
    'https://app.example.com/\u202ex',
    'https://app.example.com/\ud800',
    '\u200bhttps://app.example.com/',
    'https://app.example.com/\u00a0',
    'https://app.example.com/{x} y',
  ]);
  refuses('backslashes', 'has_backslash', [
    'https:\\\\app.example.com\\callback',
    'https://app.example.com\\@evil.example/',
    'https://app.example.com/\\..\\x',
  ]);
  refuses('templates', 'has_template', [
    'https://app.example.com/"<>`{|}^',
    'https://app.example.com/{x}',
    'https://app.example.com/<x>',
    'https://{tenant}.example.com/callback',
    'https://app.example.com/cb?tenant={tenant}',
    'https://${HOST}/callback',
    'https://<your-domain>/callback',
    'https://app.example.com/{{tenant}}/callback',
    'https://app.example.com/{',
    'com.example.{app}:/callback',
  ]);
  refuses('characters outside RFC 3986', 'characters', [
    'https://app.example.com/a|b',
    'https://app.example.com/a^b',
    'https://app.example.com/é',
    'https://app.example.com/\u212a',
  ]);
  refuses('international hosts that are not in punycode', 'host_not_ascii', [
    'https://bücher.example/',
    'https://app。example。com/',
    'https://ａpp.example.com/',
    'https://my_bücher.example/',
    'https://Bücher.example/Café?q=ü',
    'com.example.app://bücher/callback',
  ]);
  refuses('broken percent escapes', 'percent_sign', [
    'https://app.example.com/%',
    'https://app.example.com/%z',
    'https://app.example.com/%zz',
    'https://app.example.com/%4',
    'https://app.example.com/%%41',
    'https://app.example.com/%u0041',
    'https://app.example.com/?%',
    'https://app.example.com/?x=%g0',
  ]);
  refuses('fragments', 'has_fragment', [
    'https://app.example.com/#',
    'https://app.example.com/#x',
    'https://app.example.com#',
    'https://app.example.com/?#',
    'https://app.example.com#@evil.example/',
    'com.example.app:/callback#x',
  ]);
  refuses('user information', 'has_user', [
    'https://user@app.example.com/',
    'https://user:password@app.example.com/',
    'https://@app.example.com/',
    'https://:@app.example.com/',
    'https://app.example.com@evil.example/',
    'https://app.example.com:443@evil.example/',
    'https://a@b@evil.example/',
    'http://localhost@evil.example/',
    'com.example.app://user@host/path',
  ]);
  refuses('wildcards', 'has_wildcard', [
    'https://*.example.com/callback',
    'https://*/',
    'https://app.example.com/*',
    'https://app.example.com/a*b',
    'https://app.example.com/%2a',
    'https://app.example.com/%252A',
    'https://app.example.com/%25%32%61',
    'com.example.app:/*',
    'com.example.app://*/callback',
    '*',
    '*.example.com/callback',
    'http://localhost:*/callback',
    'https://app.example.com:*',
    'https://my-project-*-team.vercel.app/auth/callback',
    'http://*/devhub/*',
    'https://app.example.com/**',
  ]);
  refuses('missing hosts', 'host_missing', [
    'https:',
    'https:/callback',
    'https:callback',
    'https:app.example.com/callback',
    'https://',
    'https:///callback',
    'https://:443/',
    'https://?x',
    'http:localhost/',
    'https://::1/',
  ]);
  refuses('hosts in upper case', 'host_upper_case', [
    'https://App.example.com/',
    'https://app.EXAMPLE.com/',
    'https://xn--BCHER-kva.example/',
    'https://[2001:DB8::1]/',
  ]);
  refuses('hosts with a trailing dot', 'host_trailing_dot', [
    'https://app.example.com./',
    'http://localhost./',
    'http://127.0.0.1./',
  ]);
  refuses('hosts that are not written as host names, and odd forms of IP addresses', 'host_malformed', [
    'https://.example.com/',
    'https://app..example.com/',
    'https://-app.example.com/',
    'https://app-.example.com/',
    'https://app,example.com/',
    "https://a!b$c&d'e(f)g+h;i=j/",
    `https://${'a'.repeat(64)}.example/`,
    `https://${'a.'.repeat(127)}com/`,
    'https://%61pp.example.com/',
    'https://app%2eexample.com/',
    'https://app.example.com%2f.evil.example/',
    'https://app.example.com%00/',
    'https://xn--/',
    'https://xn--a/',
    'https://xn--a-.example/',
    'https://xn--abc.example/',
    'https://xn--zz--/',
    'https://xn--99999999.example/',
    'https://xn--1ug.example/',
    'https://xn--bcher-kva.xn--a/',
    'https://xn---tfsjh.example/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://127.0.0.01/',
    'http://127.000.000.001/',
    'https://256.0.0.1/',
    'https://1.2.3.4.5/',
    'https://1.2.3/',
    'https://app.1/',
    'https://app.0x1/',
    'https://app.0x/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::0001]/',
    'https://[2001:db8:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::1%25eth0]/',
    'https://[v1.a]/',
    'https://[]/',
    'https://[::1/',
    'https://[::1]x/',
    'https://[1:2]/',
    'com.example.app://[::01]/callback',
    'com.example.app://a%20b/callback',
    'com.example.app://[x]/callback',
    'com.example.app://[::1]x/callback',
  ]);
  refuses('ports that are empty, zero, padded or too large', 'port_malformed', [
    'https://app.example.com:/',
    'https://app.example.com:',
    'https://app.example.com:0/',
    'https://app.example.com:00/',
    'https://app.example.com:0443/',
    'https://app.example.com:65536/',
    'https://app.example.com:99999/',
    'https://app.example.com:100000/',
    'https://app.example.com:+443/',
    'https://app.example.com:-1/',
    'https://app.example.com:4e2/',
    'https://app.example.com:443:443/',
    'https://app.example.com:%34/',
    'https://app.example.com:port/',
    'http://[::1]:/',
    'com.example.app://host:/callback',
  ]);
  refuses('dot segments in any encoding', 'has_dot_segments', [
    'https://app.example.com/.',
    'https://app.example.com/..',
    'https://app.example.com/./callback',
    'https://app.example.com/a/../callback',
    'https://app.example.com/a/..?x',
    'https://app.example.com/a/%2e%2e/callback',
    'https://app.example.com/a/%2E./callback',
    'https://app.example.com/a/.%2e',
    'https://app.example.com/%2e',
    'https://app.example.com/a/%252e%252e/callback',
    'https://app.example.com/a/%25%32%65%2e/callback',
    'https://app.example.com/a/..%25%32%66callback',
    'https://app.example.com/a/%25252e./callback',
    'https://app.example.com/a/..%2fcallback',
    'https://app.example.com/a%2f../callback',
    'https://app.example.com/a%2F%2e%2e%2fcallback',
    'https://app.example.com/a%5c..%5ccallback',
    'https://app.example.com/a%252f..%252fcallback',
    'https://app.example.com/a/..;/callback',
    'https://app.example.com/a/..;x=1/callback',
    'https://app.example.com/a/..%3bx/callback',
    'com.example.app:/../callback',
    'com.example.app:/.//evil.example/',
    'com.example.app://host/%2e%2e/callback',
  ]);
  refuses('encoded control characters', 'has_controls', [
    'https://app.example.com/%00',
    'https://app.example.com/%0d%0aset-cookie:a=b',
    'https://app.example.com/?x=%0D%0A',
    'https://app.example.com/?x=%1f',
    'https://app.example.com/%7F',
    'https://app.example.com/%C2%85',
    'https://app.example.com/%250a',
    'https://app.example.com/%25%30%30',
    'https://app.example.com/%25c2%2585',
    'https://app.example.com/%25%63%32%25%38%35',
    'com.example.app:/%00',
  ]);
  refuses('bytes that are not UTF-8', 'not_utf8', [
    'https://app.example.com/%ff',
    'https://app.example.com/%C3',
    'https://app.example.com/a/%c0%ae%c0%ae/callback',
    'https://app.example.com/%e0%80%ae',
    'https://app.example.com/%ED%A0%80',
    'https://app.example.com/%F4%90%80%80',
    'https://app.example.com/?x=%E9',
  ]);
  refuses('square brackets outside the host', 'has_brackets', [
    'https://app.example.com/[x]',
    'https://app.example.com/?x[]=1',
    'com.example.app:/[x]',
  ]);
  refuses('semicolons in the query, which Go drops', 'has_semicolon', [
    'https://app.example.com/?a=1;b=2',
    'com.example.app:/callback?;',
  ]);
  refuses('what a WHATWG parser rewrites', 'rewritten', [
    "https://app.example.com/?it's=1",
    "http://localhost/?'",
  ]);
  refuses('what only several decoders would find', 'encoded_too_often', [
    `https://app.example.com/%${'25'.repeat(6)}2e`,
    `https://app.example.com/?x=%${'25'.repeat(200)}41`,
  ]);
  refuses('several URIs in one text', 'not_single', [
    'https://app.example.com/a https://app.example.com/b',
    'https://app.example.com/a,\nhttps://app.example.com/b',
    'com.example.app:/a com.example.app:/b',
  ]);
  refuses('quotation marks around it', 'quoted', [
    '"https://app.example.com/"',
    "'https://app.example.com/'",
    '“https://app.example.com/”',
    '<https://app.example.com/>',
    '(https://app.example.com/)',
  ]);

  describe('when the length is at its bound', () => {
    const start = 'https://app.example.com/';

    it('a redirect URI of 2,048 characters is accepted', () => {
      expect(redirectUriProblem(start.padEnd(2_048, 'a'))).toBeNull();
    });

    it('a redirect URI of 2,049 characters is refused', () => {
      expect(redirectUriProblem(start.padEnd(2_049, 'a'))).toEqual({
        code: 'redirect_uri_too_long',
        detail: 'Shorten it to at most 2,048 characters.',
      });
    });
  });
});

describe('the text of a refusal', () => {
  it.each([
    ['https://bücher.example/Café', 'https://xn--bcher-kva.example/Caf%C3%A9'],
    [' https://app.example.com/cb\n', 'https://app.example.com/cb'],
    ['https://app.example.com/call back', 'https://app.example.com/call%20back'],
    ['https://app.example.com/cb/{tenant}', 'https://app.example.com/cb/tenant'],
    ['HTTPS://App.Example.com/Callback', 'https://app.example.com/Callback'],
    ['com.someapp.App://Cb', 'com.someapp.app://Cb'],
    ['com.exam_ple://something', 'com.exam-ple://something'],
    ['https://*.example.com/cb', 'https://app.example.com/cb'],
    ['http://localhost:*/cb', 'http://127.0.0.1/cb'],
    ['myapp://cb', 'com.example.myapp://cb'],
    ['com.example.app:cb', 'com.example.app:/cb'],
    ['urn:ietf:wg:oauth:2.0:oob', 'http://127.0.0.1/callback'],
    ['chrome-extension://abcd/cb.html', 'https://abcd.chromiumapp.org/cb.html'],
    ['localhost:3000/cb', 'http://localhost:3000/cb'],
    ['app.example.com/cb', 'https://app.example.com/cb'],
    ['https%3A%2F%2Fapp.example.com%2Fcb', 'https://app.example.com/cb'],
    ['https:\\\\app.example.com\\cb', 'https://app.example.com/cb'],
    ['http://0.0.0.0:8000/cb', 'http://127.0.0.1:8000/cb'],
    ['http://grafana:3000/cb', 'https://grafana:3000/cb'],
    ['https://app.example.com/#/cb', 'https://app.example.com/'],
    ['https://app.example.com/a/%2e%2e/cb?x=1', 'https://app.example.com/cb?x=1'],
    ['https://app.example.com/%e9', 'https://app.example.com/%C3%A9'],
    ["https://app.example.com/cb?q='x'", 'https://app.example.com/cb?q=%27x%27'],
    ['https://user:password@app.example.com/cb', 'https://app.example.com/cb'],
  ])('the text of a refusal keeps of %j what is right: %s', (uri, right) => {
    expect(followed(redirectUriProblem(uri)?.detail)).toBe(right);
  });

  it.each([
    ['https://app.example.com/{x}', /template/, /hexadecimal|%7B/],
    [' https://app.example.com/', /blank/, /hexadecimal|%7B/],
    ['com.exam_ple://something', /underscore/, /lower case/],
    ['com.example.app://', /target/, /^Name the host/],
    ['myapp://cb', /REDIRECT_URI_SCHEMES/, /template/],
  ])('the text of the refusal of %j speaks of its own fault', (uri, own, other) => {
    const detail = redirectUriProblem(uri)?.detail;
    expect(detail).toMatch(own);
    expect(detail).not.toMatch(other);
  });

  it('the text of a refusal says what to do without an example where that would be long', () => {
    expect(redirectUriProblem(`https://app.example.com/${'x'.repeat(600)}#`)?.detail).toMatch(
      /^Remove the fragment.*\.$/,
    );
  });
});

describe('a listed scheme', () => {
  const LISTED = ['cursor', 'exp', 'web+app'];

  accepts(
    'in any form that names a target',
    [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'cursor:/callback',
      'cursor:///callback',
      'exp://192.168.1.5:19000',
      'web+app://callback',
    ],
    LISTED,
  );

  it.each([
    ['cursor:callback', 'redirect_uri_target_missing'],
    ['Cursor://callback', 'redirect_uri_scheme_upper_case'],
    ['cursor2://callback', 'redirect_uri_scheme_not_listed'],
    ['cursor://callback/*', 'redirect_uri_has_wildcard'],
    ['cursor://callback#x', 'redirect_uri_has_fragment'],
  ])('a listed scheme is held to the other checks: %s', (uri, code) => {
    expect(problemOf(uri, LISTED)?.code).toBe(code);
  });

  it('a listed scheme is what the refusal of an unlisted one tells to ask for', () => {
    expect(redirectUriProblem('cursor://callback')?.detail).toContain('REDIRECT_URI_SCHEMES');
    expect(problemOf('cursor://callback', LISTED)).toBeNull();
  });

  it.each(['javascript', 'data', 'ms-settings', 'intent'])(
    'the scheme %s of a redirect URI is refused, even if it got into the list',
    (scheme) => {
      expect(problemOf(`${scheme}://callback/x`, [scheme])?.code).toBe('redirect_uri_scheme_forbidden');
    },
  );
});
