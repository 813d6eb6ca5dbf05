import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readJsonBody } from './json-body.js';
import { hasBody } from './unread-body.js';

/** Methods whose requests have no body that anybody looks at (RFC 9110, section 9.3). */
const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The last guard reads the body: nothing is read or parsed for callers who may not do what they ask for. It rejects with the
 * problems of `readJsonBody`.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return WITHOUT_BODY.includes(request.method) || !hasBody(request.raw) || this.read(request);
  }

  private async read(request: FastifyRequest): Promise<true> {
    request.body = await readJsonBody(request);
    return true;
  }
}
