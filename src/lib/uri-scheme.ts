/**
 * Schemes that run something, read something of the device, or belong to another protocol than a redirect. `http` and
 * `https` have rules of their own.
 */
const UNLISTABLE: ReadonlySet<string> = new Set(
  (
    'javascript data file filesystem blob about vbscript view-source jar ws wss ftp http https intent android-app ' +
    'content resource chrome chrome-extension moz-extension mailto tel sms ssh git ldap smb urn mid cid search-ms'
  ).split(' '),
);

/** Whether an operator can never list the scheme in `REDIRECT_URI_SCHEMES`, in whatever case it is written. */
export function isUnlistableScheme(scheme: string): boolean {
  const lower = scheme.toLowerCase();
  // Windows hands every `ms-` scheme to a part of the system.
  return UNLISTABLE.has(lower) || lower.startsWith('ms-');
}

/** Whether this is a scheme (RFC 3986, section 3.1) in its lower-case form, without the colon. */
export const isLowerCaseScheme = (text: string): boolean => /^[a-z][a-z\d+.-]*$/.test(text);
