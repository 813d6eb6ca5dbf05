import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { SecretDto } from '../../src/oauth-clients/dto/secret.dto.js';

const UPDATE = '#operations-OAuth_clients-updateOAuthClient';
const screenshots = process.env['SCREENSHOTS'];

/** As much of an element as is looked at in the browser. */
interface Field {
  readonly value: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

/** What a person does on the page of Swagger UI. With SCREENSHOTS, a directory, pictures are taken on the way. */
export class SwaggerUi {
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

  /** Each way to authorize, and whether the page says that it was used. */
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

  /** Tries an operation out with what stands in its fields, and these parameters. */
  async execute(
    id: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const opened = await this.opened(id);
    if (!(await opened.locator('button.execute').isVisible()))
      await opened.locator('button.try-out__btn').click();
    for (const [name, value] of Object.entries(parameters))
      await opened.locator(`tr[data-param-name="${name}"] input`).fill(value);
    const answer = this.page.waitForResponse((response) => response.url().includes('/v1/'));
    await opened.locator('button.execute').click();
    const response = await answer;
    const text = await response.text();
    return {
      status: response.status(),
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }

  async tick(id: string, parameter: string, isOn: boolean): Promise<void> {
    const opened = await this.opened(id);
    await opened.locator(`tr[data-param-name="${parameter}"] input[type=checkbox]`).setChecked(isOn);
  }

  async secrets(): Promise<readonly SecretDto[]> {
    const { status, body } = await this.execute('listOAuthClientSecrets');
    expect(status).toBe(200);
    return body['data'] as SecretDto[];
  }

  /** Each way to authorize, in the order of the page, with the client id in its form. Asserts that the first is in view. */
  async authorizationForms(): Promise<[string, string | null][]> {
    await this.page.locator('.auth-wrapper button.authorize').click();
    await this.page.locator('.auth-container').last().waitFor();
    await this.screenshot('authorizations');
    expect(await this.page.locator('.modal-ux-content').evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    const forms: [string, string | null][] = [];
    for (const container of await this.page.locator('.auth-container').all()) {
      const [name = ''] = (await container.locator('h4').first().innerText()).split(/\s/);
      const id = container.locator('input[id^=client_id]');
      forms.push([name, (await id.count()) > 0 ? await id.inputValue() : null]);
    }
    await this.page.locator('.close-modal').click();
    return forms;
  }

  async heightOf(id: string): Promise<number> {
    const opened = await this.opened(id);
    await this.screenshot(id);
    return (await opened.boundingBox())?.height ?? Infinity;
  }

  /** What stands in the fields of the parameters, as a placeholder or to be sent. */
  async inputsOf(id: string): Promise<string[]> {
    const inputs = (await this.opened(id)).locator('.parameters-col_description input');
    return inputs.evaluateAll((all: Field[]) => all.map(({ value }) => value));
  }

  /** The fields of parameters that are too narrow for what they hold. */
  async cutInputsOf(id: string): Promise<string[]> {
    const opened = await this.opened(id);
    await opened.locator('button.try-out__btn').click();
    const inputs = opened.locator('.parameters-col_description input');
    return inputs.evaluateAll((all: Field[]) =>
      all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ value }) => value),
    );
  }

  /** Gets a token as a machine. Resolves to what the page says is wrong: nothing, when it has one. */
  async signInMachine(clientId: string, secret: string, scope: string): Promise<string> {
    await this.page.locator('.auth-wrapper button.authorize').click();
    const form = this.page.locator('.auth-container', { hasText: 'clientCredentials' });
    await form.locator('input[id^=client_id]').fill(clientId);
    await form.locator('input[id^=client_secret]').fill(secret);
    await form.getByText('select none').click();
    await form.locator(`label[for^="${scope}"]`).first().click();
    await form.locator('button.authorize').click();
    await form.locator('button', { hasText: 'Logout' }).or(form.locator('.errors')).first().waitFor();
    await form.evaluate((container) => container.scrollIntoView());
    await this.screenshot('machine');
    const problems = await form.locator('.errors').allInnerTexts();
    await this.page.locator('.close-modal').click();
    return problems.join('\n');
  }

  /** What stands in the place of forms that cannot work on this page, and which forms are left. */
  async signInAdvice(): Promise<{ texts: string[]; links: (string | null)[]; forms: string[] }> {
    await this.page.locator('.auth-wrapper button.authorize').click();
    const advice = this.page.locator('.sign-in-elsewhere');
    await advice.first().waitFor();
    await this.screenshot('sign-in-elsewhere');
    const texts = await advice.allInnerTexts();
    const links = await Promise.all(
      (await advice.locator('a').all()).map((link) => link.getAttribute('href')),
    );
    const titles = await this.page.locator('.auth-container h4').allInnerTexts();
    await this.page.locator('.close-modal').click();
    return { texts, links, forms: titles.map((title) => title.split(/\s/)[0] ?? '') };
  }

  /** What a call is answered with the parameters that are filled in. */
  async tryOut(id: string, tag: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const opened = await this.opened(id, tag);
    await opened.locator('button.try-out__btn').click();
    const answer = this.page.waitForResponse((response) => /\/(v1|health)\//.test(response.url()));
    await opened.locator('button.execute').click();
    const response = await answer;
    return { status: response.status(), body: (await response.json()) as Record<string, unknown> };
  }

  private async opened(id: string, tag = 'OAuth_clients'): Promise<Locator> {
    const opened = this.page.locator(`#operations-${tag}-${id}`);
    if (!(await opened.locator('.responses-table').first().isVisible())) {
      await opened.locator('.opblock-summary-control').click();
      await opened.locator('.responses-table').first().waitFor();
    }
    return opened;
  }

  async screenshot(name: string): Promise<void> {
    if (screenshots) await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  /** Takes a picture with the answer in it, as whoever tries the call out scrolls to it. */
  async screenshotOfAnswer(name: string): Promise<void> {
    await this.page.locator(`${UPDATE} .live-responses-table`).evaluate((table) => table.scrollIntoView());
    await this.screenshot(name);
  }
}
