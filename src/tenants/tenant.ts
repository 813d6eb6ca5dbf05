declare const checked: unique symbol;

/** A project the caller may act in. Only the access check makes one, and every query of tenant rows takes one. */
export interface Tenant {
  readonly [checked]: true;
  readonly organizationId: string;
  readonly projectId: string;
}
