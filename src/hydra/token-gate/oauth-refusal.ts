import type { Problem } from '../../problem-details/problem.js';

/**
 * An answer of the token gate that does not come from Hydra, in the form of RFC 6749, section 5.2. Its words hold nothing of
 * what was sent.
 */
export class OAuthRefusal extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly description: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${error}`);
  }

  toBody(): string {
    return JSON.stringify({ error: this.error, error_description: this.description });
  }
}

/** The request is not one that every reader would read the same way. */
export const invalidRequest = (description: string, status = 400, headers = {}): OAuthRefusal =>
  new OAuthRefusal(status, 'invalid_request', description, headers);

/**
 * Hydra's own words to a client whose secret is wrong. The one answer to all who do not prove that they are the client they
 * name, and for clients that are disabled, deleted or held: nobody learns which it was.
 */
export const invalidClient = (): OAuthRefusal =>
  new OAuthRefusal(
    401,
    'invalid_client',
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
  );

/** Nothing is known to have happened: the same request may work in a moment. */
export const unavailable = (description: string): OAuthRefusal =>
  new OAuthRefusal(503, 'temporarily_unavailable', description, { 'retry-after': '5' });

/** @param others headers of the refusal in whose place it comes */
export const tooMany = ({ headers, detail }: Problem, others: OAuthRefusal['headers'] = {}): OAuthRefusal =>
  new OAuthRefusal(429, 'temporarily_unavailable', detail, { ...others, ...headers });
