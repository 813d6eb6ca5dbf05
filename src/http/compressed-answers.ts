import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** In the order in which they are preferred: the smaller first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;
type Encoding = (typeof ENCODINGS)[number];

interface CompressedAnswer {
  readonly type: string;
  /** Weak, since one tag stands for all encodings (RFC 9110, section 8.8.1). */
  readonly etag: string;
  readonly cacheControl: string;
  readonly bodies: Readonly<Record<Exclude<Encoding, 'br'>, Buffer>> & { readonly br: Buffer | null };
}

const CACHE_CONTROL = 'public, max-age=300';
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const toGzip = promisify<Buffer, object, Buffer>(gzip);
const toBrotli = promisify<Buffer, object, Buffer>(brotliCompress);

export interface CompressedPaths {
  /** Paths of a bounded number, whose answers are the same for everybody as long as the process lives. */
  readonly kept: RegExp;
  /** Paths whose answers change with each request. */
  readonly changing: RegExp;
}

/**
 * Compresses the successful answers of these paths, and adds what caches need. Those that never change are compressed once:
 * so many requests for large files cost little more than sending them.
 */
export function compressAnswers(fastify: FastifyInstance, paths: CompressedPaths): void {
  const kept = new Map<string, CompressedAnswer>();
  // After the hooks that set headers of CORS.
  fastify.addHook('preHandler', (request, reply, done) => {
    const answer = kept.get(pathOf(request));
    if (answer) void reply.send(send(answer, request, reply));
    else done();
  });
  fastify.addHook('onSend', async (request, reply, payload) => {
    const path = pathOf(request);
    if (request.method !== 'GET' || reply.statusCode !== 200 || kept.has(path) || !isKept(path))
      return payload;
    const answer = await prepare(String(reply.getHeader('content-type')), payload);
    kept.set(path, answer);
    return send(answer, request, reply);
  });
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? '';

async function prepare(payload: unknown, reply: FastifyReply, isKept: boolean): Promise<CompressedAnswer> {
  const identity =
    payload instanceof Readable ? await buffer(payload) : Buffer.from(payload as string | Buffer);
  const [gzipped, br] = await Promise.all([
    toGzip(identity, { level: isKept ? 9 : 1 }),
    isKept ? toBrotli(identity, BROTLI) : null,
  ]);
  const digest = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  return {
    type: String(reply.getHeader('content-type')),
    etag: `W/"${digest}"`,
    cacheControl: isKept ? CACHE_CONTROL : 'no-cache',
    bodies: { identity, gzip: gzipped, br },
  };
}

/** Sets the headers. @returns the body, which is absent where the caller has it already */
function send(
  { type, etag, cacheControl, bodies }: CompressedAnswer,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Buffer | undefined {
  const vary = [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', ');
  void reply.headers({ etag, vary, 'cache-control': cacheControl });
  for (const name of ['last-modified', 'accept-ranges', 'content-length']) void reply.removeHeader(name);
  if (headers['if-none-match']?.includes(etag.slice(2))) {
    void reply.status(304);
    return undefined;
  }
  const encoding =
    ENCODINGS.find((one) => bodies[one] && accepts(headers['accept-encoding'], one)) ?? 'identity';
  const body = bodies[encoding] ?? bodies.identity;
  if (encoding !== 'identity') void reply.header('content-encoding', encoding);
  void reply.type(type).header('content-length', body.length);
  return body;
}

/** Whether the header names the encoding, and not with a weight of zero (RFC 9110, section 12.5.3). */
const accepts = (header: string | string[] | undefined, encoding: Encoding): boolean =>
  new RegExp(`(?:^|[,\\s])${encoding}\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[\\d.]+\\s*)?(?:,|$)`, 'i').test(
    String(header ?? ''),
  );
