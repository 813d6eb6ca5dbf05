import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import {
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  SWAGGER_UI_CLIENT_ID,
} from '../../../src/embedded-server/demo/demo.js';
import type { SecretDto } from '../../../src/oauth-clients/dto/secret.dto.js';
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

    it('asks first with one tick, and does nothing then', async () => {
      await docs.tick('updateOAuthClient', 'dry_run', true);
      const asked = await docs.update({ description: 'Only asked' });
      await docs.screenshotOfAnswer('asked');
      await docs.tick('updateOAuthClient', 'dry_run', false);
      const done = await docs.update({ name: 'Changed for good' });
      expect([asked.status, asked.body['dry_run']]).toEqual([200, true]);
      expect([done.status, done.body['description']]).toEqual([200, 'Changed in a browser']);
    });

    it('shows the problem when grant types are to change', async () => {
      const { status, body } = await docs.update({ grant_types: ['client_credentials'] });
      expect(status).toBe(422);
      expect(body['errors']).toEqual([
        { pointer: '/grant_types', code: 'grant_types_immutable', detail: expect.any(String) as string },
      ]);
      await docs.screenshotOfAnswer('refused');
    });

    it.each([
      ['listOAuthClientAuditEvents', 'oauth_client.created'],
      ['listProjectAuditEvents', 'project.created'],
      ['listOrganizationAuditEvents', 'organization.created'],
    ])('shows what happened in the demo, from the update to the beginning: %s', async (id, first) => {
      const { status, body } = await docs.tryOut(id, 'Audit_events');
      const events = body['data'] as { action: string; changes: object }[];
      expect([status, events.at(-1)?.action]).toEqual([200, first]);
      expect(events[0]).toMatchObject({
        action: 'oauth_client.updated',
        actor: { kind: 'person', subject: DEMO_PEOPLE.admin.subject },
        changes: { description: { to: 'Changed in a browser' } },
      });
      await docs.screenshot(id);
    });

    it('lists the members of the demo, and what its clients may be given', async () => {
      const members = await docs.tryOut('listMembers', 'Organizations_and_projects');
      expect(members.body['data']).toMatchObject([{ role: 'admin' }, { role: 'viewer' }]);
      expect((await docs.tryOut('getMember', 'Organizations_and_projects')).status).toBe(200);
      expect((await docs.tryOut('listAssignableScopes', 'OAuth_clients')).status).toBe(200);
    });

    it('replaces a secret without an outage by its examples: makes a second one, sees which is used, ends the first', async () => {
      expect((await docs.execute('rotateOAuthClientSecret')).status).toBe(201);
      const made = await docs.execute('rotateOAuthClientSecret');
      expect([made.status, made.body['secrets_expire_at']]).toEqual([201, expect.any(String)]);
      expect(await docs.secrets()).toMatchObject([
        { id: made.body['secret_id'], status: 'active', last_used_at: null },
        { status: 'retiring', last_used_at: null },
      ]);

      const secret = `${String(made.body['client_id'])}:${String(made.body['client_secret'])}`;
      const headers = { authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none' });
      await fetch(`${registry.url}/oauth2/token`, { method: 'POST', headers, body });
      let [newer, older] = await docs.secrets();
      // Nothing waits for the note of a use.
      while (newer?.last_used_at === null) [newer, older] = await docs.secrets();
      expect(older?.last_used_at).toBeNull();

      const ended = await docs.execute('endOAuthClientSecret', {
        oauth_client_id: String(made.body['id']),
        secret_id: String(older?.id),
      });
      expect(ended.status).toBe(204);
      expect(await docs.secrets()).toMatchObject([{ id: newer?.id, status: 'active' }]);
    }, 120_000);

    it('breaks no rule of the content security policy', () => {
      expect(docs.complaints).toEqual([]);
    });
  });

  describe('as it opens', () => {
    let docs: SwaggerUi;

    beforeAll(async () => {
      docs = await SwaggerUi.open(browser, registry.url);
    });
    afterAll(() => docs.close());

    it('offers people to sign in first, and gives a machine no id that is not its own', async () => {
      expect(await docs.authorizationForms()).toEqual([
        ['person', SWAGGER_UI_CLIENT_ID],
        ['machine', ''],
        ['bearer', null],
      ]);
    });

    it('shows an operation without making people scroll past the same problem ten times', async () => {
      // 6,907 pixels with an example for each problem.
      expect(await docs.heightOf('updateOAuthClient')).toBeLessThan(3_600);
    });

    it('shows whole ids', async () => {
      expect(await docs.cutInputsOf('updateOAuthClient')).toEqual([]);
    });

    it('names no client of the demo to be deleted', async () => {
      expect(await docs.inputsOf('deleteOAuthClient')).toEqual([
        DEMO_ORGANIZATION.id,
        DEMO_PROJECT.id,
        '',
        // The tick.
        'on',
        '',
        '',
      ]);
    });
  });

  it('works under another name of the host, where it asks the host that it came from', async () => {
    const docs = await SwaggerUi.open(browser, registry.url.replace('127.0.0.1', 'localhost'));
    const { status } = await docs.tryOut('getLiveness', 'Health');
    await docs.close();
    expect(status).toBe(200);
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

/** As much of an element as is looked at in the browser. */
interface Field {
  readonly value: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
}

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

  async tick(id: string, parameter: string, isOn: boolean): Promise<void> {
    const opened = await this.opened(id);
    await opened.locator(`tr[data-param-name="${parameter}"] input[type=checkbox]`).setChecked(isOn);
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

  /** With the answer in the picture, as whoever tries it out scrolls to it. */
  async screenshotOfAnswer(name: string): Promise<void> {
    await this.page.locator(`${UPDATE} .live-responses-table`).evaluate((table) => table.scrollIntoView());
    await this.screenshot(name);
  }
}
