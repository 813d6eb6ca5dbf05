/** The most characters of texts that name tenants and their members. Each has one at least. */
export const TENANT_LIMITS = {
  /** Names of organizations and projects. */
  name: 128,
  /** OpenID Connect Core, section 2, allows a `sub` no more. */
  subject: 255,
} as const;

/** The SQL of a check constraint for such a text. */
export const lengthCheck = (column: keyof typeof TENANT_LIMITS): string =>
  `char_length(${column}) between 1 and ${TENANT_LIMITS[column]}`;
