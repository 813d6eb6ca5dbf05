/** Where the embedded authorization server is mounted. */
export const MOUNT_PATH = '/oauth2';

/** Its issuer identifier (RFC 8414, section 2): the `iss` of its tokens and the base of its endpoints. */
export const embeddedIssuer = ({ publicUrl }: { readonly publicUrl: string }): string =>
  `${publicUrl}${MOUNT_PATH}`;
