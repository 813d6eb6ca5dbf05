/** The path where the embedded authorization server is mounted. */
export const MOUNT_PATH = '/oauth2';

/**
 * The issuer identifier of the embedded server (RFC 8414, section 2): the `iss` of its tokens and the base of its
 * endpoints.
 */
export const embeddedIssuer = ({ publicUrl }: { readonly publicUrl: string }): string =>
  `${publicUrl}${MOUNT_PATH}`;
