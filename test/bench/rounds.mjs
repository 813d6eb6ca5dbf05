import { load } from './load.mjs';
import { median } from './median.mjs';

const CONNECTIONS = 16;
/** Enough for V8 to compile what is hot; the service has more of it than the floor. */
const WARM_UP_ANSWERS = 5_000;
const MAX_WARM_UP_TURNS = 6;
const ROUNDS = 11;
const TURN_SECONDS = 1;

/**
 * Measures GET and PATCH of both servers in short turns, so that what else the machine does hits both.
 *
 * @returns by method the medians of both, and the median of the ratios of neighbouring turns
 */
export async function compare(scene, servers) {
  const measured = { GET: new Comparison('GET'), PATCH: new Comparison('PATCH') };
  const rounds = Object.values(measured);
  for (const comparison of rounds) await comparison.warmUp(scene, servers);
  for (let round = 0; round < ROUNDS; round++) {
    for (const comparison of rounds) await comparison.turns(scene, servers);
  }
  return measured;
}

class Comparison {
  #method;
  #floor = [];
  #service = [];
  #floorIsNext = true;
  /** The number of answers in all, warm-up included. */
  answers = 0;

  constructor(method) {
    this.#method = method;
  }

  get floor() {
    return medians(this.#floor);
  }

  get service() {
    return medians(this.#service);
  }

  get ratio() {
    return median(this.#service.map(({ rate }, round) => rate / this.#floor[round].rate));
  }

  async warmUp(scene, { floor, service }) {
    for (const server of [floor, service]) {
      let answers = 0;
      for (let turn = 0; turn < MAX_WARM_UP_TURNS && answers < WARM_UP_ANSWERS; turn++) {
        answers += (await this.#turn(scene, server)).answers;
      }
    }
  }

  /** One turn of each. Who goes first changes, since the second finds more dead rows and a warmer machine. */
  async turns(scene, { floor, service }) {
    const turns = [
      { server: floor, results: this.#floor },
      { server: service, results: this.#service },
    ];
    if (!this.#floorIsNext) turns.reverse();
    this.#floorIsNext = !this.#floorIsNext;
    for (const { server, results } of turns) results.push(await this.#turn(scene, server));
  }

  async #turn(scene, { port }) {
    const nextRequest = requestsOf(scene, this.#method);
    const result = await load({ port, connections: CONNECTIONS, seconds: TURN_SECONDS, nextRequest });
    this.answers += result.answers;
    return result;
  }
}

/** A random client and a random actor each time. Every PATCH really changes something. */
function requestsOf(scene, method) {
  const targets = scene.clients.map(
    (client) => `${method} ${pathOf(client)} HTTP/1.1\r\nHost: 127.0.0.1\r\n`,
  );
  const callers = scene.tokens.map(
    (token) => `Accept: application/json\r\nAuthorization: Bearer ${token}\r\n`,
  );
  if (method === 'GET') return () => `${oneOf(targets)}${oneOf(callers)}\r\n`;
  return () => {
    const body = `{"description":"Signs customers in, version ${Math.random()}"}`;
    const entity = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    return `${oneOf(targets)}${oneOf(callers)}${entity}\r\n${body}`;
  };
}

export const pathOf = ({ id, tenant }) =>
  `/v1/organizations/${tenant.organization}/projects/${tenant.project}/oauth-clients/${id}`;

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

const medians = (results) =>
  Object.fromEntries(['rate', 'p50', 'p99'].map((name) => [name, median(results.map((one) => one[name]))]));
