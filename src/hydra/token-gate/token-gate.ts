import { Injectable } from '@nestjs/common';
import { isLive, isUnseen, type GateClient } from './gate-client.js';
import { GateClients, type Named } from './gate-clients.js';
import { GateMetrics } from './gate-metrics.js';
import { GateNotes } from './gate-notes.js';
import { endToEnd, ofNewForm, type GateRequest } from './gate-request.js';
import { isInvalidClient, readAnswer, type HydraAnswer } from './hydra-answer.js';
import { HydraPublicApi } from './hydra-public-api.js';
import { holdsOwnSecret, isOwnSecret, namedClients } from './named-clients.js';
import { NewForms, OWN_CREDENTIAL, type NewForm } from './new-forms.js';
import { invalidClient, invalidRequest, unavailable } from './oauth-refusal.js';
import { hasChosenSecret, PresentedSecret } from './presented-secret.js';
import { readTokenRequest, type TokenRequest } from './token-request.js';
import { WrongSecrets } from './wrong-secrets.js';

/** A request of one of our clients. */
interface OfClient {
  readonly client: GateClient;
  readonly read: TokenRequest;
  readonly request: GateRequest;
}

/**
 * Stands before Hydra's token and revocation endpoints. Clients of the gate prove themselves here, and their requests go on
 * written anew, with a credential that only the registry and Hydra know. Everybody else's pass as the bytes that came. It holds
 * nothing while it waits for Hydra, whose token hook comes back to this very process.
 */
@Injectable()
export class TokenGate {
  constructor(
    private readonly clients: GateClients,
    private readonly presented: PresentedSecret,
    private readonly forms: NewForms,
    private readonly hydra: HydraPublicApi,
    private readonly notes: GateNotes,
    private readonly wrongSecrets: WrongSecrets,
    private readonly metrics: GateMetrics,
  ) {}

  /**
   * Hydra's answer to a request.
   *
   * @throws OAuthRefusal where the gate itself says no
   */
  async answer(request: GateRequest): Promise<HydraAnswer> {
    const ids = namedClients(request.body, request.authorization);
    if (ids === null) throw invalidRequest('The request names too many clients.');
    const named = ids.length > 0 ? await this.clients.find(ids) : [];
    if (named.every((one) => one === 'stranger')) return this.passStranger(request);
    const read = readTokenRequest(request.body, request.authorization);
    const client = theOneNamed(ids, named, read);
    const ours = { client, read, request };
    return client.mode === 'direct' ? this.direct(ours) : this.verified(ours);
  }

  private async passStranger(request: GateRequest): Promise<HydraAnswer> {
    if (holdsOwnSecret(request.body, request.authorization)) throw invalidClient();
    const answer = await this.pass(request);
    this.metrics.count('stranger');
    return answer;
  }

  /** Hydra knows the client by its own secret: it says whether that is right, and the token hook whether it has ended. */
  private async direct(ours: OfClient): Promise<HydraAnswer> {
    const { client, read, request } = ours;
    if (client.is_held) throw await this.wrongSecrets.refusal(client, request);
    const unseen = client.secrets.find((secret) => isUnseen(secret) && isLive(secret, client));
    if (unseen) await this.wrongSecrets.demandFew(client, request);
    const answer = await this.pass(request);
    if (isInvalidClient(answer)) return this.refusedDirectly(ours, answer);
    this.metrics.count('direct');
    const isProven = read.secret !== '' && read.method === client.token_endpoint_auth_method;
    if (unseen && isProven && answer.head.statusCode === 200) this.notes.seen(unseen, read.secret);
    return answer;
  }

  /** Hydra did not take the client's own secret: the client may have come to the gate since it was read. */
  private async refusedDirectly(ours: OfClient, answer: HydraAnswer): Promise<HydraAnswer> {
    const client = await this.renewed(ours.client);
    if (client.mode === 'gate') return this.verified({ ...ours, client }, OWN_CREDENTIAL);
    if (client.secrets.some(isUnseen)) throw await this.wrongSecrets.refusal(client, ours.request);
    this.metrics.count('direct');
    return answer;
  }

  /** @param refused the credential that Hydra has not taken already */
  private async verified(ours: OfClient, refused?: string): Promise<HydraAnswer> {
    const { client, read, request } = ours;
    if (hasChosenSecret(client)) await this.wrongSecrets.demandFew(client, request);
    const secret = await this.presented.verify(client, read);
    if (secret === null) throw await this.wrongSecrets.refusal(client, request);
    if (read.parameters.some(([, value]) => isOwnSecret(value))) throw invalidClient();
    if (secret !== 'none') this.notes.used(secret);
    const [form] = this.untried(ours, refused);
    if (!form) throw unavailable('The client is known by a key that this service does not have.');
    const answer = await this.send(form, request);
    this.metrics.count('verified');
    return isInvalidClient(answer) ? this.refusedByHydra(ours, form, answer, refused) : answer;
  }

  /** A move may be under way, or Hydra was put back. Nothing has happened: Hydra did not know the client. One more try, and no more. */
  private async refusedByHydra(
    ours: OfClient,
    { credential }: NewForm,
    answer: HydraAnswer,
    refused?: string,
  ): Promise<HydraAnswer> {
    const client = refused === undefined ? await this.renewed(ours.client) : ours.client;
    const [other] = refused === undefined ? this.untried({ ...ours, client }, credential) : [];
    if (other) this.metrics.secondTries.inc();
    const last = other ? await this.send(other, ours.request) : answer;
    if (isInvalidClient(last)) this.notes.lost(client);
    return last;
  }

  private untried({ client, read }: OfClient, tried?: string): NewForm[] {
    return this.forms.of(client, read).filter(({ credential }) => credential !== tried);
  }

  private async pass({ path, headers, body, signal }: GateRequest): Promise<HydraAnswer> {
    return readAnswer(await this.hydra.post({ path, headers: endToEnd(headers), body, signal }));
  }

  private async send(form: NewForm, { path, headers, signal }: GateRequest): Promise<HydraAnswer> {
    const { body } = form;
    const all = [...ofNewForm(headers), ...form.headers];
    return readAnswer(await this.hydra.post({ path, headers: all, body, signal }));
  }

  /** The client as it is now; as it was, where that cannot be read. */
  private async renewed(client: GateClient): Promise<GateClient> {
    const [now] = await this.clients.find([client.client_id]).catch(() => [client]);
    return now === undefined || typeof now === 'string' ? client : now;
  }
}

/**
 * The one client that a request names. Clients in Hydra that this registry has lost get no tokens.
 *
 * @throws OAuthRefusal unless the request names one client, of this registry
 */
function theOneNamed(
  ids: readonly string[],
  named: readonly Named[],
  { clientId }: TokenRequest,
): GateClient {
  const one = named[ids.indexOf(clientId)];
  if (ids.length > 1 || one === undefined) throw invalidRequest('The request names more than one client.');
  if (typeof one === 'string') throw invalidClient();
  return one;
}
