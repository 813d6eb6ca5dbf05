/** What a bearer token consists of (`b64token` of RFC 6750, section 2.1). */
const B64TOKEN = String.raw`[\w\-.~+/]+=*`;
const BEARER_TOKEN = new RegExp(`^${B64TOKEN}$`);
/** The scheme, in upper or lower case, one or more spaces (RFC 9110, section 11.4), and the token. */
const BEARER_CREDENTIALS = new RegExp(`^bearer +(${B64TOKEN})$`, 'i');

/** Whether the text can be sent as a bearer token. */
export const isBearerToken = (text: string): boolean => BEARER_TOKEN.test(text);

/** The bearer token in an `Authorization` header, undefined when it is of another scheme or malformed. */
export const bearerTokenIn = (authorization: string): string | undefined =>
  BEARER_CREDENTIALS.exec(authorization)?.[1];
