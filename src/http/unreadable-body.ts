import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Problem } from '../problem-details/problem.js';

/** Stands for a body that cannot be read, until it is known whether the caller may do anything here at all. */
export class UnreadableBody {
  constructor(readonly problem: Problem) {}
}

/** The last guard: bodies are read before any guard runs, and 401, 403 and 404 come before what is wrong with them. */
@Injectable()
export class ReadableBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (body instanceof UnreadableBody) throw body.problem;
    return true;
  }
}
