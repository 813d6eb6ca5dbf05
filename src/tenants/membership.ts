import type { Organization } from './organization.entity.js';
import type { Role } from './role.js';

/** An organization as a caller sees it: with the caller's role, which machines and the platform do not have. */
export type Membership = Organization & { readonly role: Role | null };
