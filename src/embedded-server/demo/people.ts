import type { FindAccount } from 'oidc-provider';
import { DEMO_PEOPLE, type DemoPerson } from './demo.js';

/** Which claims about a person each scope gives (OpenID Connect Core, section 5.4). */
export const CLAIMS = { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] };

export const findPerson = (subject: unknown): DemoPerson | undefined =>
  Object.values(DEMO_PEOPLE).find((person) => person.subject === subject);

export const findAccount: FindAccount = (_ctx, subject) => {
  const person = findPerson(subject);
  if (!person) return undefined;
  const { name, email } = person;
  return { accountId: subject, claims: () => ({ sub: subject, name, email, email_verified: true }) };
};
