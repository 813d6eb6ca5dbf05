import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem-details/problem.js';
import { refuseOtherConditions } from './conditions.js';
import { unknownParameter } from './unknown-parameter.js';

/** The paths of the API. What is sent elsewhere may be ignored: load balancers add what they like to their health checks. */
const API = '/v1/';

/**
 * Nothing that was sent to the API is ignored: whoever sends `dry_run=true` to a call that does not know it would get the
 * opposite of what was asked. A call takes a query, a body or entity tags when its method has a parameter for it;
 * `ShapePipe` judges the names within query and body.
 *
 * @throws Problem 400 for a query, a body or a condition that the call does not take
 */
@Injectable()
export class UnusedInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.url.startsWith(API)) return true;
    refuseOtherConditions(request, context.getHandler());
    if (hasQuery(request) && !takes(context, RouteParamtypes.QUERY)) refuseQuery(request);
    if (hasBody(request) && !takes(context, RouteParamtypes.BODY)) {
      throw new Problem('bad_request', 'This call takes no body. Nothing was done: send it without one.');
    }
    return true;
  }
}

function takes(context: ExecutionContext, kind: RouteParamtypes): boolean {
  const parameters = (Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) ?? {}) as object;
  return Object.keys(parameters).some((key) => key.startsWith(`${kind}:`));
}

const hasQuery = ({ url, query }: FastifyRequest): boolean =>
  url.includes('?') && Object.keys(query as object).length > 0;

/** Whether the headers announce a body (RFC 9112, section 6.3): that of a GET is never read. */
const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function refuseQuery({ query }: FastifyRequest): never {
  const errors = Object.keys(query as object).map((name) => unknownParameter(name, []));
  throw new Problem(
    'bad_request',
    'This call takes no query parameters. Nothing was done: send it without them.',
    { errors },
  );
}
