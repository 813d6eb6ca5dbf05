import { errors, type KoaMiddleware } from './oidc-provider.js';

/** Bytes of a parameter as it is stored, in JSON. */
const MAX_BYTES = 512;
/** Of those that may be longer: what applications put into `state`, what a client may register, and tokens of this server. */
const LONGER: ReadonlyMap<string, number> = new Map([
  ['state', 2_048],
  ['redirect_uri', 2_050],
  ['post_logout_redirect_uri', 2_050],
  ['id_token_hint', 2_048],
  ['scope', 2_048],
]);
const MAX_BYTES_IN_ALL = 6_144;

/**
 * Bounds the parameters of every query. Those of an authorization request are stored until the person has signed in, those of a
 * sign-out until they have confirmed it, and anybody may send some: RFC 6749 leaves their size to the server.
 *
 * @throws InvalidRequest for longer ones
 */
export const boundParameters: KoaMiddleware = async (ctx, next) => {
  refuseLongParameters(new URLSearchParams(ctx.querystring));
  await next();
};

function refuseLongParameters(parameters: URLSearchParams): void {
  let sum = 0;
  for (const [name, value] of parameters) {
    const bytes = Buffer.byteLength(JSON.stringify(value)) - 2;
    const limit = LONGER.get(name) ?? MAX_BYTES;
    if (bytes > limit) throw new errors.InvalidRequest(`${printable(name)} may have at most ${limit} bytes`);
    sum += bytes + Buffer.byteLength(name);
  }
  if (sum > MAX_BYTES_IN_ALL) {
    throw new errors.InvalidRequest(`the parameters may have at most ${MAX_BYTES_IN_ALL} bytes in all`);
  }
}

/** The name of a parameter is the caller's text too. */
const printable = (name: string): string => (/^\w{1,64}$/.test(name) ? name : 'a parameter');
