import type { Browser } from 'playwright-core';
import {
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  SWAGGER_UI_CLIENT_ID,
} from '../../../src/embedded-server/demo/demo.js';
import { chromiumPath, launchChromium } from '../../support/chromium.js';
import { TestRegistry } from '../../support/registry.js';
import { SwaggerUi } from '../../support/swagger-ui.js';

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

    it('Swagger UI has the demo admin signed in as a person, and as no machine', async () => {
      expect(await docs.authorizations()).toEqual({ bearer: false, person: true, machine: false });
    });

    it('Swagger UI updates a client from Try it out', async () => {
      const { status, body } = await docs.update({ description: 'Changed in a browser' });
      expect([status, body['description']]).toEqual([200, 'Changed in a browser']);
      await docs.screenshotOfAnswer('updated');
    });

    it('Swagger UI shows the problem when grant types are to change', async () => {
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
    ])(
      'Swagger UI shows what happened in the demo, from the update to the beginning: %s',
      async (id, first) => {
        const { status, body } = await docs.tryOut(id, 'Audit_events');
        const events = body['data'] as { action: string; changes: object }[];
        expect([status, events.at(-1)?.action]).toEqual([200, first]);
        expect(events[0]).toMatchObject({
          action: 'oauth_client.updated',
          actor: { kind: 'person', subject: DEMO_PEOPLE.admin.subject },
          changes: { description: { to: 'Changed in a browser' } },
        });
        await docs.screenshot(id);
      },
    );

    it('Swagger UI asks first with one tick, and does nothing then', async () => {
      await docs.tick('updateOAuthClient', 'dry_run', true);
      const asked = await docs.update({ description: 'Only asked' });
      await docs.screenshotOfAnswer('asked');
      await docs.tick('updateOAuthClient', 'dry_run', false);
      const done = await docs.update({ name: 'Changed for good' });
      expect([asked.status, asked.body['dry_run']]).toEqual([200, true]);
      expect([done.status, done.body['description']]).toEqual([200, 'Changed in a browser']);
    });

    it('Swagger UI lists the members of the demo, and what its clients may be given', async () => {
      const members = await docs.tryOut('listMembers', 'Organizations_and_projects');
      expect(members.body['data']).toMatchObject([{ role: 'admin' }, { role: 'viewer' }]);
      expect((await docs.tryOut('getMember', 'Organizations_and_projects')).status).toBe(200);
      expect((await docs.tryOut('listAssignableScopes', 'OAuth_clients')).status).toBe(200);
    });

    it('Swagger UI replaces a secret by its examples without an outage: makes a second, sees which is used, ends the first', async () => {
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

    it('Swagger UI breaks no rule of the content security policy', () => {
      expect(docs.complaints).toEqual([]);
    });
  });

  describe('as it opens', () => {
    let docs: SwaggerUi;

    beforeAll(async () => {
      docs = await SwaggerUi.open(browser, registry.url);
    });
    afterAll(() => docs.close());

    it('Swagger UI offers people to sign in first, and gives a machine no id that is not its own', async () => {
      expect(await docs.authorizationForms()).toEqual([
        ['person', SWAGGER_UI_CLIENT_ID],
        ['machine', ''],
        ['bearer', null],
      ]);
    });

    it('Swagger UI shows an operation without making people scroll past the same problem ten times', async () => {
      // 6,907 pixels with an example for each problem.
      expect(await docs.heightOf('updateOAuthClient')).toBeLessThan(3_600);
    });

    it('Swagger UI shows whole ids', async () => {
      expect(await docs.cutInputsOf('updateOAuthClient')).toEqual([]);
    });

    it('Swagger UI names no client of the demo to be deleted', async () => {
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

  describe('under another name of the host', () => {
    let docs: SwaggerUi;

    beforeAll(async () => {
      docs = await SwaggerUi.open(browser, registry.url.replace('127.0.0.1', 'localhost'));
    });
    afterAll(() => docs.close());

    it('Swagger UI under another name of the host asks the host that it came from', async () => {
      expect((await docs.tryOut('getLiveness', 'Health')).status).toBe(200);
    });

    it('Swagger UI under another name of the host leads to the page for signing in, and takes tokens itself', async () => {
      expect(await docs.signInAdvice()).toEqual({
        texts: ['person', 'machine'].map(
          (who) =>
            `To sign in (${who}), open ${registry.url}/docs: tokens are given to that page, not to ${registry.url.replace('127.0.0.1', 'localhost')}.`,
        ),
        links: [`${registry.url}/docs`, `${registry.url}/docs`],
        forms: ['bearer'],
      });
    });
  });

  it('an update by the demo viewer in Swagger UI is answered with 403', async () => {
    const docs = await SwaggerUi.open(browser, registry.url);
    await docs.signInAs('Vic Viewer');
    const { status } = await docs.update({ description: 'Not allowed' });
    await docs.screenshotOfAnswer('viewer');
    await docs.close();
    expect(status).toBe(403);
  });
});
