import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { TestRegistry } from '../../support/registry.js';

const UPDATE = '#operations-OAuth_clients-updateOAuthClient';
const screenshots = process.env['SCREENSHOTS'];

if (!chromiumPath)
  console.warn('Swagger UI is not tested: no Chromium here. Install one, or name it in CHROMIUM.');

(chromiumPath ? describe : describe.skip)('Swagger UI at /docs', () => {
  let registry: TestRegistry;
  let browser: Browser;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await registry.stop();
  });

  describe('when the demo admin has signed in', () => {
    let docs: SwaggerUi;

    beforeAll(async () => {
      docs = await SwaggerUi.open(browser, registry.url);
      await docs.signInAs('Ada Admin');
    });
    afterAll(() => docs.close());

    it('is signed in as a person, and as no machine', async () => {
      expect(await docs.authorizations()).toEqual({ bearer: false, person: true, machine: false });
    });

    it('updates a client from Try it out', async () => {
      const { status, body } = await docs.update({ description: 'Changed in a browser' });
      expect([status, body['description']]).toEqual([200, 'Changed in a browser']);
      await docs.screenshotOfAnswer('updated');
    });

    it('shows the problem when grant types are to change', async () => {
      const { status, body } = await docs.update({ grant_types: ['client_credentials'] });
      expect(status).toBe(422);
      expect(body['errors']).toEqual([
        { pointer: '/grant_types', code: 'grant_types_immutable', detail: expect.any(String) as string },
      ]);
      await docs.screenshotOfAnswer('refused');
    });

    it('breaks no rule of the content security policy', () => {
      expect(docs.complaints).toEqual([]);
    });
  });

  it('answers the demo viewer with 403', async () => {
    const docs = await SwaggerUi.open(browser, registry.url);
    await docs.signInAs('Vic Viewer');
    const { status } = await docs.update({ description: 'Not allowed' });
    await docs.screenshotOfAnswer('viewer');
    await docs.close();
    expect(status).toBe(403);
  });
});

/** What a person does on the page. */
class SwaggerUi {
  readonly complaints: string[] = [];

  private constructor(private readonly page: Page) {
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, url: string): Promise<SwaggerUi> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
    const docs = new SwaggerUi(await context.newPage());
    await docs.page.goto(`${url}/docs`);
    await docs.page.locator(UPDATE).waitFor();
    return docs;
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  async signInAs(person: string): Promise<void> {
    await this.page.locator('.auth-wrapper button.authorize').click();
    const codeFlow = this.page.locator('.auth-container', { hasText: 'authorizationCode with PKCE' });
    const popup = this.page.waitForEvent('popup');
    await codeFlow.locator('button.authorize').click();
    const signIn = await popup;
    await signIn.getByRole('button', { name: person }).waitFor();
    if (screenshots) await signIn.screenshot({ path: join(screenshots, 'sign-in.png') });
    await Promise.all([signIn.waitForEvent('close'), signIn.getByRole('button', { name: person }).click()]);
    await codeFlow.locator('button', { hasText: 'Logout' }).waitFor();
    await codeFlow.evaluate((container) => container.scrollIntoView());
    await this.screenshot('authorized');
    await codeFlow.locator('button.btn-done').click();
  }

  /** Each way to authorize, and whether the page says that it has been gone. */
  async authorizations(): Promise<Record<string, boolean>> {
    await this.page.locator('.auth-wrapper button.authorize').click();
    const containers = await this.page.locator('.auth-container').all();
    const found = containers.map(async (container): Promise<[string, boolean]> => {
      const [name = ''] = (await container.locator('h4').first().innerText()).split(/\s/);
      return [name, await container.locator('button', { hasText: 'Logout' }).isVisible()];
    });
    const authorizations = Object.fromEntries(await Promise.all(found)) as Record<string, boolean>;
    await this.page.locator('.close-modal').click();
    return authorizations;
  }

  async update(body: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const operation = this.page.locator(UPDATE);
    const tryOut = operation.locator('button.try-out__btn');
    if (!(await operation.locator('button.execute').isVisible())) {
      await operation.locator('.opblock-summary-control').click();
      await tryOut.click();
    }
    await operation.locator('textarea.body-param__text').fill(JSON.stringify(body));
    const answer = this.page.waitForResponse((response) => response.request().method() === 'PATCH');
    await operation.locator('button.execute').click();
    const response = await answer;
    await operation
      .locator('.live-responses-table .response-col_status', { hasText: String(response.status()) })
      .first()
      .waitFor();
    return { status: response.status(), body: (await response.json()) as Record<string, unknown> };
  }

  async screenshot(name: string): Promise<void> {
    if (screenshots) await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  /** With the answer in the picture, as whoever tries it out scrolls to it. */
  async screenshotOfAnswer(name: string): Promise<void> {
    await this.page.locator(`${UPDATE} .live-responses-table`).evaluate((table) => table.scrollIntoView());
    await this.screenshot(name);
  }
}
