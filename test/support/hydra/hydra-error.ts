/** What Hydra refuses a call with: a status, and the code and text of its body. */
export class HydraError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly description: string,
  ) {
    super(`${error}: ${description}`);
  }
}

export const malformed = (reason: string): HydraError =>
  new HydraError(400, 'The request was malformed or contained invalid parameters', reason);

export const undecodable = (reason: string): HydraError =>
  malformed(`Unable to decode the request body: ${reason}`);

export const noSuchResource = (): HydraError => new HydraError(404, 'Unable to locate the resource', '');

/** A challenge or verifier that Hydra cannot decrypt. */
export const noSuchRequest = (): HydraError =>
  new HydraError(404, 'Not Found', 'Unable to locate the requested resource');

export const duplicate = (): HydraError =>
  new HydraError(
    409,
    'Unable to insert or update resource because a resource with that value exists already',
    '',
  );

/** PostgreSQL's serialization failure, for which Hydra blames the request. */
export const notSerializable = (): HydraError =>
  new HydraError(400, 'Unable to serialize access due to a concurrent update in another session', '');

/** Hydra's answer where it has no name for an error, as for what PostgreSQL cannot store. */
export const unrecognizable = (): HydraError => new HydraError(500, 'error', 'The error is unrecognizable');

/** Texts of RFC 7591, section 3.2.2, and RFC 6749, section 4.1.2.1, which Hydra puts before its own. */
const METADATA_TEXT =
  'The value of one of the Client Metadata fields is invalid and the server has rejected this request. ' +
  'Note that an Authorization Server MAY choose to substitute a valid value for any requested parameter of ' +
  "a Client's Metadata.";
const REDIRECT_URI_TEXT = 'The value of one or more redirect_uris is invalid.';
const REQUEST_TEXT =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter ' +
  'more than once, or is otherwise malformed.';

export const invalidMetadata = (reason: string): HydraError =>
  new HydraError(400, 'invalid_client_metadata', `${METADATA_TEXT} ${reason}`);

export const invalidRedirectUri = (reason: string): HydraError =>
  new HydraError(400, 'invalid_redirect_uri', `${REDIRECT_URI_TEXT} ${reason}`);

export const invalidRequest = (reason: string): HydraError =>
  new HydraError(400, 'invalid_request', `${REQUEST_TEXT} ${reason}`);
