/**
 * The least that GET and PATCH of one OAuth client can be: bare HTTP, a remembered token, one read and one write. It
 * decides and answers as the service does (`parity.mjs`), and knows nothing else of what the service can do.
 */
import { createServer } from 'node:http';
import { FloorClients } from './floor-clients.mjs';
import { FloorTokens } from './floor-tokens.mjs';
import { patchOf, Refusal, represent } from './floor-shapes.mjs';

const PATH =
  /^\/v1\/organizations\/([0-9a-f-]{36})\/projects\/([0-9a-f-]{36})\/oauth-clients\/([0-9a-f-]{36})$/;
const BODY_LIMIT = 512 * 1024;

process.once('message', (settings) => {
  const tokens = new FloorTokens(settings);
  const clients = new FloorClients(settings);
  const server = createServer((request, response) => {
    handle(request).then(
      (client) => answer(response, 200, represent(client), { etag: `"${client.revision}"` }),
      (error) => refuse(response, error),
    );
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));

  async function handle(request) {
    const actor = tokens.actorOf(request.headers.authorization);
    const [, organization, project, id] = PATH.exec(request.url) ?? [];
    if (id === undefined) throw new Refusal(404);
    const place = { organization, project, id };
    if (request.method === 'GET') return clients.get(actor, place);
    if (request.method === 'PATCH') return clients.change(actor, place, patchOf(await readBody(request)));
    throw new Refusal(405);
  }
});

process.once('disconnect', () => process.exit());

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Refusal(413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function answer(response, status, body, headers) {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': length,
      ...headers,
    })
    .end(text);
}

function refuse(response, error) {
  if (!(error instanceof Refusal)) console.error(error);
  const status = error instanceof Refusal ? error.status : 500;
  answer(response, status, { status }, { 'content-type': 'application/problem+json; charset=utf-8' });
}
