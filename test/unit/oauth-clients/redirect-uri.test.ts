import { isPrivateUseUri, redirectUriProblem } from '../../../src/oauth-clients/model/redirect-uri.js';

function accepts(what: string, uris: readonly string[]): void {
  describe(what, () => {
    it.each(uris)('accepts %j', (uri) => {
      expect(redirectUriProblem(uri)).toBeNull();
    });
  });
}

/** `why` is matched against the problem, so that each attack is stopped by the check that is meant to stop it. */
function refuses(what: string, why: RegExp, uris: readonly string[]): void {
  describe(what, () => {
    it.each(uris)('refuses %j', (uri) => {
      expect(redirectUriProblem(uri)).toMatch(why);
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
  ]);
  accepts('http on a loopback host', [
    'http://localhost',
    'http://localhost:80',
    'http://localhost:3000/callback?x=1',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:8080/callback',
    'http://[::1]/callback',
    'http://[::1]:8080/callback',
  ]);
  accepts('private-use schemes in reverse-domain form', [
    'com.example.app:/',
    'com.example.app:/callback',
    'com.example.app:/callback?x=1',
    'com.example.app://callback/',
    'com.example.app://oauth.example.com/callback',
    'com.example.my-app:/callback',
    'com.googleusercontent.apps.123-abc:/oauth2redirect',
    "com.example.app:/callback?it's=1",
  ]);

  refuses('schemes that run or read something', /^Start with https/, [
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
  ]);
  refuses('no scheme, or one in another spelling', /^Start with https/, [
    '',
    '/callback',
    '//app.example.com/callback',
    'app.example.com/callback',
    '://app.example.com',
    '?x',
    'HTTPS://app.example.com/callback',
    'Https://app.example.com/callback',
    'Com.example.app:/callback',
    'com.Example.app:/callback',
    'http+unix://localhost/',
    'https%3A//app.example.com/',
    '%68ttps://app.example.com/',
  ]);
  refuses('private-use schemes that are not in reverse-domain form', /^Start with https/, [
    'myapp:/callback',
    'myapp://callback/',
    'localhost:3000',
    '.com.example:/callback',
    'com.:/callback',
    'com..example:/callback',
    'com.example.:/callback',
    'com.-example:/callback',
    'com.example-:/callback',
    'com.example_app:/callback',
    'com.example+app:/callback',
    '1com.example:/callback',
    `com.${'a'.repeat(64)}:/callback`,
  ]);
  refuses('private-use URIs without a path', /^Write a private-use URI/, [
    'com.example.app:',
    'com.example.app:callback',
    'com.example.app:?x',
    'com.example.app://callback',
    'com.example.app://callback?x',
    'com.example.app:javascript:alert(1)',
    'com.example.app:%2fcallback',
  ]);
  refuses('http beyond loopback', /^Use https/, [
    'http://app.example.com/callback',
    'http://localhost.example.com/callback',
    'http://example.localhost/callback',
    'http://notlocalhost/',
    'http://127.0.0.2/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::2]/',
    'http://10.0.0.1/',
  ]);
  refuses('characters outside RFC 3986', /^Use only the characters of RFC 3986/, [
    ' https://app.example.com/',
    'https://app.example.com/ ',
    'https://app.example.com/\n',
    'https://app.example.com/a b',
    'ht\ttps://app.example.com/',
    'https://app.example\n.com/',
    'https://app.example.com/\0',
    'https://app.example.com/\x7f',
    '\ufeffhttps://app.example.com/',
    'https:\\\\app.example.com\\callback',
    'https://app.example.com\\@evil.example/',
    'https://app.example.com/\\..\\x',
    'https://app.example.com/"<>`{|}^',
    'https://app.example.com/{x}',
    'https://app.example.com/<x>',
    'https://app.example.com/a|b',
    'https://app.example.com/a^b',
    'https://bücher.example/',
    'https://app。example。com/',
    'https://ａpp.example.com/',
    'https://app.example.com/é',
    'https://app.example.com/\u202ex',
    'https://app.example.com/\ud800',
    'https://app.example.com/\u212a',
  ]);
  refuses('broken percent escapes', /^Use only the characters of RFC 3986/, [
    'https://app.example.com/%',
    'https://app.example.com/%z',
    'https://app.example.com/%zz',
    'https://app.example.com/%4',
    'https://app.example.com/%%41',
    'https://app.example.com/%u0041',
    'https://app.example.com/?%',
    'https://app.example.com/?x=%g0',
  ]);
  refuses('fragments', /fragment/, [
    'https://app.example.com/#',
    'https://app.example.com/#x',
    'https://app.example.com#',
    'https://app.example.com/?#',
    'https://app.example.com#@evil.example/',
    'com.example.app:/callback#x',
  ]);
  refuses('user information', /^Remove the user information/, [
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
  refuses('wildcards', /^Replace the wildcard/, [
    'https://*.example.com/callback',
    'https://*/',
    'https://app.example.com/*',
    'https://app.example.com/a*b',
    'https://app.example.com/%2a',
    'https://app.example.com/%252A',
    'com.example.app:/*',
    'com.example.app://*/callback',
  ]);
  refuses('hosts that are missing or not written as host names', /^Name the host/, [
    'https:',
    'https:/callback',
    'https:callback',
    'https:app.example.com/callback',
    'https://',
    'https:///callback',
    'https://:443/',
    'https://?x',
    'http:localhost/',
    'com.example.app:///callback',
    'com.example.app://:80/callback',
    'https://App.example.com/',
    'https://app.EXAMPLE.com/',
    'com.example.app://Callback/',
    'https://app.example.com./',
    'http://localhost./',
    'http://127.0.0.1./',
    'https://.example.com/',
    'https://app..example.com/',
    'https://-app.example.com/',
    'https://app-.example.com/',
    'https://my_app.example.com/',
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
    'https://xn--BCHER-kva.example/',
    'https://xn--a-.example/',
    'https://xn--abc.example/',
    'https://xn--zz--/',
    'https://xn--99999999.example/',
    'https://xn--1ug.example/',
    'https://xn--bcher-kva.xn--a/',
    'https://xn---tfsjh.example/',
    'com.example.app://xn--a/callback',
  ]);
  refuses('odd forms of IP addresses', /^Name the host/, [
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
    'com.example.app://127.1/callback',
    'com.example.app://0x7f.1/callback',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::0001]/',
    'https://[2001:DB8::1]/',
    'https://[2001:db8:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::1%25eth0]/',
    'https://[v1.a]/',
    'https://[]/',
    'https://[::1/',
    'https://[::1]x/',
    'https://::1/',
    'https://[1:2]/',
    'com.example.app://[::01]/callback',
  ]);
  refuses('ports that are empty, zero, padded or too large', /^Give the port/, [
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
  refuses('dot segments in any encoding', /^Resolve the dot segments/, [
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
  refuses('encoded control characters', /^Remove the encoded control/, [
    'https://app.example.com/%00',
    'https://app.example.com/%0d%0aset-cookie:a=b',
    'https://app.example.com/?x=%0D%0A',
    'https://app.example.com/?x=%1f',
    'https://app.example.com/%7F',
    'https://app.example.com/%C2%85',
    'https://app.example.com/%250a',
    'com.example.app:/%00',
  ]);
  refuses('bytes that are not UTF-8', /UTF-8: some/, [
    'https://app.example.com/%ff',
    'https://app.example.com/%C3',
    'https://app.example.com/a/%c0%ae%c0%ae/callback',
    'https://app.example.com/%e0%80%ae',
    'https://app.example.com/%ED%A0%80',
    'https://app.example.com/%F4%90%80%80',
    'https://app.example.com/?x=%E9',
  ]);
  refuses('square brackets outside the host', /^Write square brackets/, [
    'https://app.example.com/[x]',
    'https://app.example.com/?x[]=1',
    'com.example.app:/[x]',
  ]);
  refuses('semicolons in the query, which Go drops', /semicolon/, [
    'https://app.example.com/?a=1;b=2',
    'com.example.app:/callback?;',
  ]);
  refuses('what a WHATWG parser rewrites', /would rewrite/, [
    "https://app.example.com/?it's=1",
    "http://localhost/?'",
  ]);

  describe('when the length is at its bound', () => {
    const start = 'https://app.example.com/';

    it('accepts 2,048 characters', () => {
      expect(redirectUriProblem(start.padEnd(2_048, 'a'))).toBeNull();
    });

    it('refuses 2,049', () => {
      expect(redirectUriProblem(start.padEnd(2_049, 'a'))).toMatch(/2,048/);
    });
  });
});

describe('isPrivateUseUri', () => {
  it.each(['com.example.app:/callback', 'com.example.app://host/callback'])('is true for %j', (uri) => {
    expect(isPrivateUseUri(uri)).toBe(true);
  });

  it.each([
    'https://com.example.app/',
    'http://localhost/',
    'https://localhost/com.example:/',
    'myapp:/callback',
    '',
  ])('is false for %j', (uri) => {
    expect(isPrivateUseUri(uri)).toBe(false);
  });
});
