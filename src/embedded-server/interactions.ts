import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Interaction, InteractionResults, Session } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { registrationOf } from './client-registration.js';
import { embeddedIssuer } from '../config/embedded-issuer.js';
import { readForm } from './form.js';
import { allow, named } from './grants.js';
import { errors, type Context, type KoaMiddleware, type Provider } from './oidc-provider.js';
import { consentPage } from './pages/consent-page.js';
import { continuePage } from './pages/continue-page.js';
import { showPage, type HtmlPage } from './pages/page.js';
import { signInPage } from './pages/sign-in-page.js';
import { findPerson } from './demo/people.js';

const PATH = /^\/interaction\/([\w-]{1,64})$/;

const DENIED: InteractionResults = { error: 'access_denied', error_description: 'the person said no' };

/** Where a person signs in or consents, before the authorization goes on. */
export const interactionPath = (config: Config, uid: string): string =>
  `${embeddedIssuer(config)}/interaction/${uid}`;

/** The sign-in and the consent page, and what people answer on them. */
export function interactionPages(provider: Provider, key: string): KoaMiddleware {
  const pages = new InteractionPages(provider, key);
  return async (ctx, next) => {
    const uid = PATH.exec(ctx.path)?.[1];
    return uid === undefined ? next() : pages.handle(ctx, uid);
  };
}

class InteractionPages {
  constructor(
    private readonly provider: Provider,
    private readonly key: string,
  ) {}

  async handle(ctx: Context, uid: string): Promise<void> {
    const interaction = await this.provider.interactionDetails(ctx.req, ctx.res);
    // The cookie is for the path of one interaction: at another's path it was made up.
    if (interaction.uid !== uid) throw new errors.SessionNotFound('not the interaction of this browser');
    if (ctx.method !== 'POST') return showPage(ctx, await this.pageOf(interaction));
    const form = await readForm(ctx.req);
    this.refuseForged(interaction, form);
    const result = await this.resultOf(ctx, interaction, form);
    const next = await this.provider.interactionResult(ctx.req, ctx.res, result);
    showPage(ctx, continuePage(next));
  }

  private async pageOf(interaction: Interaction): Promise<HtmlPage> {
    const { params, prompt, session } = interaction;
    const client = await this.provider.Client.find(textOf(params['client_id']));
    if (!client) throw new errors.InvalidClient('client is invalid');
    const { clientName: name = client.clientId } = client;
    const token = this.tokenOf(interaction);
    if (prompt.name === 'login') return signInPage({ client: name, token });
    return consentPage({
      client: name,
      about: registrationOf(client),
      project: registrationOf(client).project_name,
      person: findPerson(session?.accountId)?.name ?? '',
      scopes: textOf(params['scope']).split(' ').filter(Boolean),
      redirectUri: textOf(params['redirect_uri']),
      token,
    });
  }

  private resultOf(
    ctx: Context,
    interaction: Interaction,
    form: URLSearchParams,
  ): Promise<InteractionResults> {
    if (form.get('answer') === 'cancel') return Promise.resolve(DENIED);
    return interaction.prompt.name === 'login'
      ? this.signIn(ctx, interaction, form.get('subject'))
      : this.consent(interaction, form.get('answer'));
  }

  private async signIn(
    ctx: Context,
    interaction: Interaction,
    subject: string | null,
  ): Promise<InteractionResults> {
    const person = findPerson(subject);
    if (!person) throw new errors.InvalidRequest('nobody was chosen');
    // The browser's session, not the interaction's: somebody may have signed in in another window since.
    const session = await this.provider.Session.get(ctx);
    if (session.accountId !== undefined && session.accountId !== person.subject) {
      await this.endSession(session, interaction);
    }
    return { login: { accountId: person.subject } };
  }

  /**
   * Another person takes over this browser: nothing of the one before may be left in the session. Left to oidc-provider,
   * it ends by a page of its own that needs a script, and whose form our policy stops on the way to the client.
   */
  private async endSession(session: Session, interaction: Interaction): Promise<void> {
    await session.destroy();
    delete interaction.session;
    await interaction.persist();
  }

  private async consent(interaction: Interaction, answer: string | null): Promise<InteractionResults> {
    const { grantId, session, params } = interaction;
    if (answer !== 'allow' || !session?.accountId) throw new errors.InvalidRequest('nothing was answered');
    const known = grantId === undefined ? undefined : await this.provider.Grant.find(grantId);
    const { Grant } = this.provider;
    const { accountId } = session;
    const grant = known ?? named(new Grant({ accountId, clientId: textOf(params['client_id']) }));
    const { jti } = await allow(grant, params);
    return { consent: { grantId: jti } };
  }

  /** Proves that a form comes from the page this browser was shown: no other site can know the name of the interaction. */
  private tokenOf({ uid, prompt }: Interaction): string {
    return createHmac('sha256', this.key).update(`csrf ${uid} ${prompt.name}`).digest('base64url');
  }

  private refuseForged(interaction: Interaction, form: URLSearchParams): void {
    const expected = Buffer.from(this.tokenOf(interaction));
    const sent = Buffer.from(form.get('csrf') ?? '');
    if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
    throw new errors.InvalidRequest('the form is not from this page', 403);
  }
}

const textOf = (parameter: unknown): string => (typeof parameter === 'string' ? parameter : '');
