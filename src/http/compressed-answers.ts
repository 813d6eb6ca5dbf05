import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler, RouteOptions } from 'fastify';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { isAmong, parseEntityTags } from '../lib/entity-tags.js';

/** By preference: brotli makes the smaller answer. */
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

export interface CompressedRoutes {
  /** Routes of a bounded number of files, whose answers are the same for everybody as long as the process lives. */
  readonly kept: RegExp;
  /** Routes whose answers change with each request. */
  readonly changing: RegExp;
}

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const toGzip = promisify<Buffer, object, Buffer>(gzip);
const toBrotli = promisify<Buffer, object, Buffer>(brotliCompress);

/**
 * Compresses the successful answers of these routes, and adds what caches need. Those that never change are made and compressed
 * once, however many ask at the same time: so requests for large files cost little more than sending them.
 */
export function compressAnswers(fastify: FastifyInstance, routes: CompressedRoutes): void {
  const kept = new KeptAnswers();
  // Hooks of these routes alone, so that no other request pays for them.
  fastify.addHook('onRoute', (route) => {
    if (routes.kept.test(route.url)) keepAnswersOf(route, kept);
    if (routes.changing.test(route.url)) route.onSend = compressing(() => ({ isKept: false }));
  });
}

/** A path in its plain spelling. The router takes others for it too, and an answer kept for each could fill the memory. */
const ONE_SPELLING = /^\/[\w.-]+(?:\/[\w.-]*)?$/;

function keepAnswersOf(route: RouteOptions, kept: KeptAnswers): void {
  // This hook runs after those that set the headers of CORS, which a kept answer needs too.
  route.preHandler = (request, reply, done) => {
    if (!ONE_SPELLING.test(pathOf(request))) return done();
    // `close` also comes after a 404, which does not pass the other hooks of this route.
    reply.raw.once('close', () => kept.giveUp(request));
    kept.findOrMake(request).then((answer) => {
      if (answer) void reply.send(finish(answer, request, reply));
      else done();
    }, done);
  };
  route.onSend = compressing((request) => ({
    isKept: true,
    isWanted: kept.isMadeBy(request),
    keep: (answer) => kept.add(request, answer),
  }));
}

interface Compression {
  readonly isKept: boolean;
  readonly isWanted?: boolean;
  readonly keep?: (answer: CompressedAnswer) => void;
}

const compressing =
  (compressionOf: (request: FastifyRequest) => Compression): onSendHookHandler =>
  (request, reply, payload, done) => {
    const { isKept, isWanted = true, keep } = compressionOf(request);
    if (!isWanted || request.method !== 'GET' || reply.statusCode !== 200) return done(null, payload);
    compress(payload, reply, isKept).then((answer) => {
      keep?.(answer);
      done(null, finish(answer, request, reply));
    }, done);
  };

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
  async findOrMake(request: FastifyRequest): Promise<CompressedAnswer | null> {
    const path = pathOf(request);
    const found = this.answers.get(path) ?? this.making.get(path)?.answer;
    if (found === undefined) this.making.set(path, newMaking(request));
    return (await found) ?? null;
  }

  isMadeBy(request: FastifyRequest): boolean {
    return this.making.get(pathOf(request))?.by === request;
  }

  add(request: FastifyRequest, answer: CompressedAnswer): void {
    const path = pathOf(request);
    this.answers.set(path, answer);
    this.making.get(path)?.resolve(answer);
    this.making.delete(path);
  }

  /** Lets the others go on where the request has ended without the answer that they wait for. */
  giveUp(request: FastifyRequest): void {
    const path = pathOf(request);
    const making = this.making.get(path);
    if (making?.by !== request) return;
    this.making.delete(path);
    making.resolve(null);
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
  const known = parseEntityTags(headers['if-none-match'] ?? '');
  if (known !== null && isAmong(known, etag)) {
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
