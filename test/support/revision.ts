/** The revision in an `ETag` of a client; NaN where there is none. */
export const revisionIn = (headers: Headers): number =>
  Number(/^"(\d+)\.[\w-]{16}"$/.exec(headers.get('etag') ?? '')?.[1]);
