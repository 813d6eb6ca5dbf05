import { ServerResponse, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Shutdown } from './shutdown.js';
import { isLeftUnread, lingerOn } from './unread-body.js';

/**
 * What the server makes all its answers of, whoever sends them: Fastify, an authorization server in this process, or the token
 * gate. An answer says `Connection: close`, and ends the connection, when the service is told to stop, and when the body of the
 * request was not read to its end: then nobody has to take the rest.
 */
export const answersOf = (shutdown: Pick<Shutdown, 'isLeaving'>): typeof ServerResponse =>
  class<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, ...rest: unknown[]): this {
      const isUnread = isLeftUnread(this.req);
      if (isUnread) lingerOn(this.req);
      if (isUnread || shutdown.isLeaving) this.setHeader('connection', 'close');
      return super.writeHead(status, ...(rest as [OutgoingHttpHeaders?]));
    }
  };
