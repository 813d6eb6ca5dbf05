/** A page as a person sees it. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
}

/** A form of a page, with what is filled in already. */
export interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Each button by what is written on it. */
  readonly buttons: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const MAX_HOPS = 20;

/**
 * A browser without scripts: keeps cookies, follows redirects and refreshing pages, and fills in forms. It stops where
 * a redirect leaves the authorization server, as nobody listens at a client's redirect URI.
 */
export class Browser {
  private readonly cookies: Cookie[] = [];
  /** Changes an address before it is opened, as whoever sits at the browser can. */
  tamper: (url: URL) => URL = (url) => url;

  private readonly home: readonly string[];

  /** @param home what all addresses of the authorization server and its pages start with */
  constructor(...home: string[]) {
    this.home = home;
  }

  /** Opens an address. @returns the page it ends at, or the address outside that it is sent to */
  open(url: string | URL): Promise<Page | URL> {
    return this.go('GET', new URL(url));
  }

  /** Presses a button of the page, given by a part of what is written on it. */
  async press(page: Page | URL, label: string): Promise<Page | URL> {
    const form = formOf(expectPage(page));
    const [, button] = [...form.buttons].find(([text]) => text.includes(label)) ?? [];
    if (!button) throw new Error(`no button says ${label}: ${expectPage(page).text}`);
    return this.submit(page, button);
  }

  /** Sends the page's form with these values laid over what is filled in. */
  async submit(page: Page | URL, values: Readonly<Record<string, string>>): Promise<Page | URL> {
    const { action, method, fields } = formOf(expectPage(page));
    return this.go(method, new URL(action), new URLSearchParams({ ...fields, ...values }));
  }

  /** The value of a cookie, whatever path it is for. */
  cookie(name: string): string | undefined {
    return this.cookies.find((cookie) => cookie.name === name)?.value;
  }

  /** The `Cookie` header that presents this cookie as it was set, with its signature. */
  signed(name: string): string {
    return [name, `${name}.sig`].map((part) => `${part}=${this.cookie(part)}`).join('; ');
  }

  private async go(method: string, start: URL, body?: URLSearchParams): Promise<Page | URL> {
    let url = this.tamper(start);
    let form = method === 'POST' ? body : undefined;
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const response = await fetch(url, {
        method: form ? 'POST' : 'GET',
        ...(form && { body: form }),
        headers: { accept: 'text/html,*/*;q=0.8', cookie: this.cookiesFor(url) },
        redirect: 'manual',
      });
      this.keepCookies(url, response);
      const page = {
        status: response.status,
        url: url.href,
        text: await response.text(),
        headers: response.headers,
      };
      const next = nextAddress(page);
      if (next === null) return page;
      if (!this.home.some((address) => next.href.startsWith(address))) return next;
      [url, form] = [this.tamper(next), undefined];
    }
    throw new Error(`more than ${MAX_HOPS} redirects`);
  }

  private cookiesFor({ pathname }: URL): string {
    return this.cookies
      .filter(({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  private keepCookies(url: URL, { headers }: Response): void {
    for (const line of headers.getSetCookie()) {
      const cookie = parseCookie(line, url);
      const old = this.cookies.findIndex(({ name, path }) => name === cookie.name && path === cookie.path);
      if (old >= 0) this.cookies.splice(old, 1);
      if (!cookie.isExpired) this.cookies.push(cookie);
    }
  }
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly isExpired: boolean;
}

function parseCookie(line: string, url: URL): Cookie {
  const [pair = '', ...attributes] = line.split(/;\s*/);
  const attribute = (name: string): string | undefined =>
    attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const expires = attribute('expires');
  return {
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    path: attribute('path') ?? url.pathname,
    isExpired: expires !== undefined && Date.parse(expires) < Date.now(),
  };
}

function nextAddress({ status, headers, url, text }: Page): URL | null {
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) return new URL(location, url);
  const refresh = /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(text)?.[1];
  return refresh === undefined ? null : new URL(unescape(refresh), url);
}

export function formOf({ text, url }: Page): Form {
  const [, attributes = '', content = ''] = /<form\b([^>]*)>([^]*?)<\/form>/.exec(text) ?? [];
  const inputs = [...content.matchAll(/<input\b([^>]*)>/g)].map(([, input = '']) => pairOf(input));
  const buttons = [...content.matchAll(/<button\b([^>]*)>([^]*?)<\/button>/g)].map(
    ([, button = '', label = '']) => [unescape(label.replaceAll(/<[^>]*>/g, '')), pairOf(button)] as const,
  );
  return {
    action: new URL(unescape(attributeOf(attributes, 'action') ?? ''), url).href,
    method: (attributeOf(attributes, 'method') ?? 'get').toUpperCase(),
    fields: Object.assign({}, ...inputs) as Record<string, string>,
    buttons: new Map(buttons),
  };
}

function pairOf(attributes: string): Record<string, string> {
  const name = attributeOf(attributes, 'name');
  return name === undefined ? {} : { [name]: unescape(attributeOf(attributes, 'value') ?? '') };
}

const attributeOf = (attributes: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const unescape = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '');

/**
 * How a request at the authorization endpoint ended: with a page, by its status, or with what the client is told, which
 * is an error or the name of what it wants. A `#` says that it is in the fragment.
 */
export function outcomeOf(result: Page | URL): string {
  if (!(result instanceof URL)) return String(result.status);
  const place = result.hash === '' ? '' : '#';
  const told = new URLSearchParams(place ? result.hash.slice(1) : result.search);
  return `${place}${told.get('error') ?? ['code', 'id_token'].find((name) => told.has(name)) ?? 'nothing'}`;
}

/** Fails with where the browser was sent, where a page was expected. */
export function expectPage(result: Page | URL): Page {
  if (result instanceof URL) throw new Error(`expected a page, was sent to ${result.href}`);
  return result;
}

/** Fails with the page, where the browser was expected to be sent to the client. */
export function expectRedirect(result: Page | URL): URL {
  if (result instanceof URL) return result;
  throw new Error(`expected a redirect, got ${result.status} ${result.url} ${result.text}`);
}
