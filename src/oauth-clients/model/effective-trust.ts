/**
 * Whether the client `c` of the organization `o` is trusted in effect: its owner says so, and the platform lets the
 * organization have trusted clients. Authorization servers go by it; answers of the API show what the owner says.
 */
export const IS_TRUSTED = `(c.trusted and o.trusted_clients_allowed)`;
