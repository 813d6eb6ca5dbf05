import { SESSION_COOKIE, readCookie } from './cookies.js';
import type { Flow } from './flow.js';
import type { HttpRequest } from './http.js';

export interface LoginSession {
  readonly id: string;
  readonly subject: string;
  readonly authenticatedAt: number;
  readonly isRemembered: boolean;
}

interface GivenConsent {
  readonly clientId: string;
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** Who is signed in where, and what they have allowed for good. */
export class LoginSessions {
  private readonly sessions = new Map<string, LoginSession>();
  private readonly usedConsents = new Set<string>();
  private consents: readonly GivenConsent[] = [];

  /** The session of a browser that asked to be remembered. */
  of(request: HttpRequest): LoginSession | null {
    return this.remembered(readCookie(request, SESSION_COOKIE) ?? '');
  }

  remembered(id: string): LoginSession | null {
    const session = this.sessions.get(id);
    return session?.isRemembered ? session : null;
  }

  /** @returns whether this is the first time: a sign-in counts once */
  begin(session: LoginSession): boolean {
    const isNew = !this.sessions.has(session.id);
    if (isNew) this.sessions.set(session.id, session);
    return isNew;
  }

  end(id: string): void {
    this.sessions.delete(id);
  }

  /** @returns whether this is the first time: a consent counts once */
  keepConsent({ client, login, consent }: Flow): boolean {
    if (!consent || this.usedConsents.has(consent.requestId)) return false;
    this.usedConsents.add(consent.requestId);
    const given = {
      clientId: client.members.client_id,
      subject: login.subject,
      scopes: consent.grantedScope,
    };
    if (consent.remember && !consent.skip) this.consents = [...this.consents, given];
    return true;
  }

  /** Whether the last consent that was kept covers these scopes. */
  hasConsent(clientId: string, subject: string, scopes: readonly string[]): boolean {
    const last = this.consents.findLast((one) => one.clientId === clientId && one.subject === subject);
    return last !== undefined && scopes.every((scope) => last.scopes.includes(scope));
  }

  removeClient(clientId: string): void {
    this.consents = this.consents.filter((consent) => consent.clientId !== clientId);
  }
}
