import { ApiProperty } from '@nestjs/swagger';
import { Shape } from '../../validation/shape.decorator.js';
import { MEMBERS, type ClientMember, type ClientSettings, type MemberFacts } from '../model/members.js';
import { DOCS, optional } from './oauth-client.docs.js';

type ClassOf<T> = abstract new () => T;

/*
 * Base classes of the bodies, made from the table of members as Nest's mapped types (`PickType` and so on) are made from
 * other classes: a member that is in the table is in every body.
 */

/**
 * A request in which the members may be left out, but for the required ones. One that creates has defaults for them.
 *
 * @throws Error for a member that is not in the table
 */
export function requestOf<Required extends ClientMember = never>(
  members: readonly ClientMember[],
  required: readonly Required[] = [],
  { creates = false } = {},
): ClassOf<Partial<ClientSettings> & Pick<ClientSettings, Required>> {
  abstract class MembersOfRequest {}
  const isRequired = (member: ClientMember): boolean => required.some((name) => name === member);
  for (const member of members) {
    const facts = MEMBERS.get(member);
    if (!facts) throw new Error(`there is no member ${member}`);
    Shape(facts.shape, { required: isRequired(member) })(MembersOfRequest.prototype, member);
    const docs = isRequired(member) ? DOCS[member] : optional(DOCS[member]);
    ApiProperty({ ...docs, ...(creates && defaultOf(facts)) })(MembersOfRequest.prototype, member);
  }
  return MembersOfRequest as ClassOf<Partial<ClientSettings> & Pick<ClientSettings, Required>>;
}

/** Generated clients send a documented default, so only those that hold for every client are documented. */
const defaultOf = ({ initial, derived }: MemberFacts): { default?: unknown } =>
  initial === undefined || initial === null || derived ? {} : { default: initial };

/** An answer, which holds every member. */
export function answerWithMembers(): ClassOf<ClientSettings> {
  abstract class MembersOfAnswer {}
  for (const member of MEMBERS.keys())
    ApiProperty({ ...DOCS[member], required: true })(MembersOfAnswer.prototype, member);
  return MembersOfAnswer as ClassOf<ClientSettings>;
}
