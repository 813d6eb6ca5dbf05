import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The smaller one first. */
const ENCODINGS = ['br', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

interface CompressedAnswer {
  readonly type: string;
  /** Weak, since one tag stands for all encodings (RFC 9110, section 8.8.1). */
  readonly etag: string;
  readonly cacheControl: string;
  readonly plain: Buffer;
  readonly encoded: Readonly<Partial<Record<Encoding, Buffer>>>;
}

export interface CompressedPaths {
  /** Paths of a bounded number, whose answers are the same for everybody as long as the process lives. */
  readonly kept: RegExp;
  /** Paths whose answers change with each request. */
  readonly changing: RegExp;
}

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const toGzip = promisify<Buffer, object, Buffer>(gzip);
const toBrotli = promisify<Buffer, object, Buffer>(brotliCompress);

/**
 * Compresses the successful answers of these paths, and adds what caches need. Those that never change are made and compressed
 * once, however many ask at the same time: so requests for large files cost little more than sending them.
 */
export function compressAnswers(fastify: FastifyInstance, paths: CompressedPaths): void {
  const kept = new KeptAnswers();
  // After the hooks that set headers of CORS.
  fastify.addHook('preHandler', (request, reply, done) => {
    const path = pathOf(request);
    if (!paths.kept.test(path)) return done();
    kept.findOrMake(path, request).then((answer) => {
      if (answer) void reply.send(finish(answer, request, reply));
      else done();
    }, done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const path = pathOf(request);
    const isMade = kept.isMadeBy(path, request);
    const isWanted = isMade || paths.changing.test(path);
    if (!isWanted || request.method !== 'GET' || reply.statusCode !== 200) return done(null, payload);
    compress(payload, reply, isMade).then((answer) => {
      if (isMade) kept.add(path, answer);
      done(null, finish(answer, request, reply));
    }, done);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    kept.giveUp(request);
    done();
  });
}

interface Making {
  readonly by: FastifyRequest;
  readonly answer: Promise<CompressedAnswer | null>;
  readonly resolve: (answer: CompressedAnswer | null) => void;
}

function newMaking(by: FastifyRequest): Making {
  let resolve: Making['resolve'] = () => undefined;
  const answer = new Promise<CompressedAnswer | null>((settle) => {
    resolve = settle;
  });
  return { by, answer, resolve };
}

/** Answers by path. The first request for one makes it; others wait for that. */
class KeptAnswers {
  private readonly answers = new Map<string, CompressedAnswer>();
  private readonly making = new Map<string, Making>();

  /** Null for the request that has to make it, and for those that waited for one that could not. */
  async findOrMake(path: string, request: FastifyRequest): Promise<CompressedAnswer | null> {
    const making = this.making.get(path);
    // Where there is no such file, the hooks run for the same request again: it must not wait for itself.
    if (making?.by === request) return null;
    const found = this.answers.get(path) ?? making?.answer;
    if (found === undefined) this.making.set(path, newMaking(request));
    return (await found) ?? null;
  }

  isMadeBy(path: string, request: FastifyRequest): boolean {
    return this.making.get(path)?.by === request;
  }

  add(path: string, answer: CompressedAnswer): void {
    this.answers.set(path, answer);
    this.making.get(path)?.resolve(answer);
    this.making.delete(path);
  }

  /** The request has ended, whatever came of it. */
  giveUp(request: FastifyRequest): void {
    for (const [path, { by, resolve }] of this.making) {
      if (by !== request) continue;
      this.making.delete(path);
      resolve(null);
    }
  }
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? '';

async function compress(payload: unknown, reply: FastifyReply, isKept: boolean): Promise<CompressedAnswer> {
  const plain = payload instanceof Readable ? await buffer(payload) : Buffer.from(payload as string | Buffer);
  const [gzipped, br] = await Promise.all([
    toGzip(plain, { level: isKept ? 9 : 1 }),
    isKept ? toBrotli(plain, BROTLI) : undefined,
  ]);
  return {
    type: String(reply.getHeader('content-type')),
    etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    cacheControl: isKept ? 'public, max-age=300' : 'no-cache',
    plain,
    encoded: { gzip: gzipped, ...(br && { br }) },
  };
}

/** Sets the headers. @returns the body, which is absent where the caller has it already */
function finish(
  answer: CompressedAnswer,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Buffer | undefined {
  const { type, etag, cacheControl, plain, encoded } = answer;
  const vary = [reply.getHeader('vary'), 'accept-encoding'].filter(Boolean).join(', ');
  void reply.headers({ etag, vary, 'cache-control': cacheControl });
  for (const name of ['last-modified', 'accept-ranges', 'content-length']) void reply.removeHeader(name);
  if (headers['if-none-match']?.includes(etag.slice(2))) {
    void reply.status(304);
    return undefined;
  }
  const encoding = ENCODINGS.find((one) => encoded[one] && accepts(headers['accept-encoding'], one));
  if (encoding) void reply.header('content-encoding', encoding);
  const body = (encoding && encoded[encoding]) ?? plain;
  void reply.type(type).header('content-length', body.length);
  return body;
}

/** Whether the header names the encoding, and not with a weight of zero (RFC 9110, section 12.5.3). */
const accepts = (header: string | string[] | undefined, encoding: Encoding): boolean =>
  String(header ?? '')
    .split(',')
    .some((item) => {
      const [name = '', weight = ''] = item.split(';').map((part) => part.trim().toLowerCase());
      return name === encoding && !/^q=0(?:\.0*)?$/.test(weight);
    });
