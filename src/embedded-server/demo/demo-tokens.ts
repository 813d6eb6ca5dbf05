import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { importJWK, SignJWT } from 'jose';
import { Config } from '../../config/config.js';
import { REGISTRY_SCOPES } from '../../oauth-clients/model/scope.js';
import { PLATFORM_SCOPE } from '../../access/permission.js';
import { DEMO_PEOPLE, PLATFORM_CLIENT_ID, SWAGGER_UI_CLIENT_ID } from './demo.js';
import { embeddedIssuer } from '../../config/embedded-issuer.js';
import type { RunningService } from './running-service.js';
import { ServerState } from '../server-state.js';

export const DEMO_TOKEN_HOLDERS = ['admin', 'viewer', 'platform'] as const;
export type DemoTokenHolder = (typeof DEMO_TOKEN_HOLDERS)[number];

interface Identity {
  readonly subject: string;
  readonly clientId: string;
  readonly scope: string;
}

const person = ({ subject }: { subject: string }): Identity => ({
  subject,
  clientId: SWAGGER_UI_CLIENT_ID,
  scope: REGISTRY_SCOPES.join(' '),
});

const IDENTITIES: Record<DemoTokenHolder, Identity> = {
  admin: person(DEMO_PEOPLE.admin),
  viewer: person(DEMO_PEOPLE.viewer),
  platform: { subject: PLATFORM_CLIENT_ID, clientId: PLATFORM_CLIENT_ID, scope: PLATFORM_SCOPE },
};

/** Tokens to try the API with, signed like all others of the embedded authorization server (RFC 9068). */
@Injectable()
export class DemoTokens {
  constructor(
    @Inject(Config) private readonly service: RunningService,
    private readonly state: ServerState,
  ) {}

  /** A token for this API that is valid for one hour. */
  async issue(holder: DemoTokenHolder): Promise<string> {
    const { subject, clientId, scope } = IDENTITIES[holder];
    const { signingKey } = this.state;
    return new SignJWT({ client_id: clientId, scope })
      .setProtectedHeader({ alg: signingKey.alg, typ: 'at+jwt', kid: signingKey.kid })
      .setIssuer(embeddedIssuer(this.service))
      .setSubject(subject)
      .setAudience(this.service.audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .setJti(randomUUID())
      .sign(await importJWK(signingKey));
  }
}
