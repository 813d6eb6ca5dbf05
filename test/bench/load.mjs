import { connect } from 'node:net';
import { isWhole } from './whole-answer.mjs';

/** Milliseconds after which an answer will not come any more. */
const TIMEOUT_MS = 10_000;

/**
 * Keeps every connection busy with one request after the other. Writes and reads sockets itself: an HTTP client would
 * take as much of the machine as what is measured.
 *
 * @param nextRequest makes the bytes of a request, as text
 * @returns answers in all and per second, and the milliseconds that half and 99 % of them took at most
 * @throws Error for any answer but 200
 */
export async function load({ port, connections, seconds, nextRequest }) {
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const callers = Array.from({ length: connections }, () => new Caller(port, nextRequest, deadline));
  const latencies = (await Promise.all(callers.map((caller) => caller.run()))).flat().sort((a, b) => a - b);
  const elapsed = (performance.now() - started) / 1000;
  const quantile = (share) => latencies[Math.floor(latencies.length * share)];
  return {
    answers: latencies.length,
    rate: latencies.length / elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
}

/** One keep-alive connection. */
class Caller {
  #port;
  #nextRequest;
  #deadline;
  #latencies = [];
  #received = '';
  #sentAt = 0;

  constructor(port, nextRequest, deadline) {
    this.#port = port;
    this.#nextRequest = nextRequest;
    this.#deadline = deadline;
  }

  run() {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
      socket.setEncoding('latin1').setTimeout(TIMEOUT_MS);
      socket.on('connect', () => this.#send(socket));
      socket.on('data', (chunk) => this.#receive(socket, chunk));
      socket.on('timeout', () => socket.destroy(new Error('no answer in time')));
      socket.on('error', reject);
      socket.on('close', () => resolve(this.#latencies));
    });
  }

  #send(socket) {
    this.#sentAt = performance.now();
    socket.write(this.#nextRequest(), 'latin1');
  }

  #receive(socket, chunk) {
    this.#received += chunk;
    if (!isWhole(this.#received)) return;
    if (!this.#received.startsWith('HTTP/1.1 200 ')) {
      socket.destroy(new Error(`unexpected answer:\n${this.#received}`));
      return;
    }
    this.#received = '';
    const now = performance.now();
    this.#latencies.push(now - this.#sentAt);
    if (now < this.#deadline) this.#send(socket);
    else socket.destroy();
  }
}
