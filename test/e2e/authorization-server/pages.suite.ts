import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import { formOf, expectPage, expectRedirect, type Browser, type Page } from '../../flows/browser.js';
import { ADA, ClientApp, sayYes, VIC } from '../../flows/support.js';
import { useRegistry } from '../../support/use-registry.js';

describe('the pages for people', () => {
  const { registry, tenant } = useRegistry();
  let app: ClientApp;

  beforeAll(async () => {
    app = await ClientApp.register(registry, tenant, { name: 'Shop', grant_types: ['authorization_code'] });
  });

  async function pages(): Promise<[name: string, page: Page][]> {
    const browser = app.browser();
    const signIn = expectPage(await browser.open((await app.begin()).url));
    const consent = expectPage(await browser.press(signIn, ADA));
    await browser.press(consent, 'Allow');
    const logout = expectPage(await browser.open(oidc.buildEndSessionUrl(app.config)));
    const out = expectPage(await browser.press(logout, 'Sign out'));
    const error = expectPage(await app.open({ redirect_uri: 'https://evil.example/' }));
    const nobody = expectPage(await browser.open(oidc.buildEndSessionUrl(app.config)));
    return Object.entries({ signIn, consent, logout, out, nobody, error });
  }

  it('the pages for people need no script, and allow none', async () => {
    for (const [name, { headers, text }] of await pages()) {
      const policy = headers.get('content-security-policy')?.split(';');
      expect([name, policy]).toEqual([
        name,
        [
          "default-src 'none'",
          expect.stringMatching(/^style-src 'sha256-[\w+/]{43}='$/),
          "form-action 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ],
      ]);
      const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
      expect(policy?.[1]).toContain(createHash('sha256').update(style).digest('base64'));
      expect(text).not.toMatch(/<script|\son\w+=|style="|javascript:/i);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('the pages for people can be read aloud: a language, a title, one heading, and words on each button', async () => {
    for (const [, page] of await pages()) {
      expect(page.text).toMatch(/<html lang="en">[^]*<title>[^<]+<\/title>[^]*<main>\s*<h1>[^<]+<\/h1>/);
      for (const label of formOf(page).buttons.keys()) expect(label.trim()).not.toBe('');
    }
  });

  describe('when a form is forged', () => {
    it.each(['', 'wrong', 'x'.repeat(43)])('a form with the forged token %p is refused', async (csrf) => {
      const browser = app.browser();
      const page = await browser.open((await app.begin()).url);
      const answer = expectPage(await browser.submit(page, { csrf, answer: 'cancel' }));

      expect(answer.status).toBe(403);
    });

    it('a form with the token of the page before is refused', async () => {
      const browser = app.browser();
      const signIn = expectPage(await browser.open((await app.begin()).url));
      const { csrf = '' } = formOf(signIn).fields;
      const consent = await browser.press(signIn, ADA);

      expect(expectPage(await browser.submit(consent, { csrf, answer: 'allow' })).status).toBe(403);
    });

    it('a form from a browser that did not start the sign-in is refused', async () => {
      const page = await app.browser().open((await app.begin()).url);
      const answer = expectPage(await app.browser().press(page, ADA));

      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('start again')]);
    });

    it.each<Record<string, string>>([{ subject: 'somebody' }, { subject: '' }, {}])(
      'a form that would sign in %p is refused',
      async (choice) => {
        const browser = app.browser();
        const page = await browser.open((await app.begin()).url);

        expect(expectPage(await browser.submit(page, choice)).status).toBe(400);
      },
    );

    it('a form consents to nothing without the answer that says so', async () => {
      const browser = app.browser();
      const page = await browser.press(await browser.open((await app.begin()).url), ADA);

      expect(expectPage(await browser.submit(page, { answer: 'perhaps' })).status).toBe(400);
    });
  });

  it('the pages for people say what to do when a sign-in was finished already', async () => {
    const browser = app.browser();
    const page = await browser.press(await browser.open((await app.begin()).url), ADA);
    await browser.press(page, 'Allow');
    const answer = expectPage(await browser.press(page, 'Allow'));

    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('start again')]);
  });

  describe('when two windows of a browser are at the sign-in page', () => {
    it('two windows at the sign-in page sign the second person in, and let the first one go on no further', async () => {
      const browser = app.browser();
      const [first, second] = [await app.begin(), await app.begin()];
      const [one, two] = [await browser.open(first.url), await browser.open(second.url)];
      const adas = await browser.press(one, ADA);
      const vics = expectPage(await browser.press(two, VIC));

      expect(vics.text).toContain(`You are signed in as <strong>${VIC}</strong>`);
      expect(expectPage(await browser.press(adas, 'Allow')).status).toBe(400);
      await app.finish(second, expectRedirect(await browser.press(vics, 'Allow')));
    });

    it('two windows at the sign-in page are not mixed up by the cookie of the other', async () => {
      const browser = app.browser();
      await browser.open((await app.begin()).url);
      const cookie = browser.signed('_interaction');
      const page = expectPage(await browser.open((await app.begin()).url));

      expect((await fetch(page.url, { headers: { cookie } })).status).toBe(400);
    });
  });

  describe('when a person signs out', () => {
    const signOut = async (browser: Browser): Promise<Page> =>
      expectPage(await browser.open(oidc.buildEndSessionUrl(app.config)));

    it('a person who is not signed in is told at once that the sign-out is done', async () => {
      expect((await signOut(app.browser())).text).toContain('You are signed out');
    });

    it.each([
      ['Sign out', 'You are signed out'],
      ['Stay signed in', 'You are still signed in'],
    ])('the sign-out page says what %p has done', async (button, words) => {
      const browser = app.browser();
      await browser.press(await browser.open((await app.begin()).url), ADA);

      expect(expectPage(await browser.press(await signOut(browser), button)).text).toContain(words);
    });
  });

  describe('when a request cannot be answered to the client', () => {
    const MARKUP = `"><script>alert(1)</script><!--'`;

    it.each([
      'client_id',
      'redirect_uri',
      'scope',
      'state',
      'response_type',
      'prompt',
      'nonce',
      'login_hint',
    ])('the error page never reflects %s as markup', async (parameter) => {
      const { url } = await app.begin({ redirect_uri: 'https://evil.example/' });
      url.searchParams.set(parameter, MARKUP);
      const page = expectPage(await app.browser().open(url));

      expect(page.status).toBe(400);
      expect(page.text).not.toContain('<script');
    });

    it('a request that cannot be answered to the client is answered to programs with JSON', async () => {
      const { url } = await app.begin({ redirect_uri: 'https://evil.example/' });
      const answer = await fetch(url, { headers: { accept: 'application/json' } });

      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_redirect_uri' }),
      ]);
    });

    it('the error page says that a client is unknown', async () => {
      const page = expectPage(await app.open({ client_id: 'nobody' }));

      expect([page.status, page.text]).toEqual([400, expect.stringContaining('not registered')]);
    });
  });

  describe('when the answer goes by form_post', () => {
    it('the page of form_post lets the form go to the redirect URI, with a script of a known hash', async () => {
      const browser = app.browser();
      const attempt = await app.begin({ response_mode: 'form_post' });
      const page = await browser.press(await browser.open(attempt.url), ADA);
      const answer = expectPage(await browser.press(page, 'Allow'));
      const policy = answer.headers.get('content-security-policy') ?? '';

      expect(formOf(answer)).toMatchObject({
        action: 'https://shop.example.com/callback',
        fields: { state: attempt.state, code: expect.any(String) as string },
      });
      expect(policy).toMatch(/script-src 'self' 'sha256-/);
      expect(policy).not.toContain('form-action');
    });
  });

  describe('when scopes are settled', () => {
    const begin = async (client: ClientApp, scope: string | null): Promise<URL> => {
      const { url } = await client.begin();
      if (scope === null) url.searchParams.delete('scope');
      const browser = client.browser();
      return sayYes(browser, await browser.open(url));
    };

    it('a client without any scope is let in, once the person has said yes', async () => {
      const none = await ClientApp.register(registry, tenant, {
        name: 'Bare',
        grant_types: ['authorization_code'],
        scopes: [],
      });
      const attempt = await none.begin();
      attempt.url.searchParams.delete('scope');
      const browser = none.browser();
      const consent = expectPage(await browser.press(await browser.open(attempt.url), ADA));
      expect(consent.text).toContain('without any scope');
      const tokens = await none.finish(attempt, expectRedirect(await browser.press(consent, 'Allow')));

      expect(tokens).not.toHaveProperty('scope');
      expectRedirect(await browser.open(attempt.url));
    });

    it('a request that names no scope asks for all that are registered', async () => {
      expect((await begin(app, null)).searchParams.get('error')).toBeNull();
    });

    it('openid is implied for the implicit grant, which issues ID tokens here', async () => {
      const legacy = await ClientApp.register(registry, tenant, {
        name: 'Legacy',
        grant_types: ['implicit'],
        token_endpoint_auth_method: 'none',
        scopes: [],
      });
      const { url } = await legacy.begin({ response_type: 'id_token', nonce: 'n', scope: 'openid' });
      const browser = legacy.browser();

      expect((await sayYes(browser, await browser.open(url))).hash).toContain('id_token=');
    });
  });
});
