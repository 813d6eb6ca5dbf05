import { connect } from 'node:net';
import { isWhole } from './whole-answer.mjs';

/**
 * Offers requests at a steady rate, whether or not earlier ones are answered, each on a connection that is free.
 *
 * @param mustBe the status that every answer must have; absent for any
 * @returns the milliseconds from the moment when each request was due to the end of its answer, sorted
 * @throws Error for another status, once all is answered
 */
export async function offer({ port, rate, seconds, nextRequest, mustBe }) {
  const connections = new Connections(port);
  const latencies = [];
  const unexpected = [];
  await paced(rate, seconds, async (due) => {
    const answer = await connections.ask(nextRequest());
    latencies.push(performance.now() - due);
    if (mustBe && !answer.startsWith(`HTTP/1.1 ${mustBe} `)) unexpected.push(answer);
  });
  connections.close();
  if (unexpected.length > 0)
    throw new Error(`${unexpected.length} unexpected answers, the first:\n${unexpected[0]}`);
  return latencies.sort((a, b) => a - b);
}

/**
 * Asks again as soon as there is an answer, whatever it says and whether or not it ends the connection; `load`, which costs
 * less, takes neither.
 *
 * @param callers how many do so at once
 * @returns answers a second
 */
export async function saturate({ port, callers, seconds, nextRequest }) {
  const connections = new Connections(port);
  const began = performance.now();
  let answers = 0;
  const call = async () => {
    while (performance.now() - began < seconds * 1000) {
      await connections.ask(nextRequest());
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  connections.close();
  return (answers / (performance.now() - began)) * 1000;
}

/** Connections that stay open, as many as are needed at once. */
class Connections {
  #port;
  #idle = [];

  constructor(port) {
    this.#port = port;
  }

  /** @returns the whole answer; what there is of it when the connection ends first */
  ask(request) {
    return new Promise((resolve) => {
      const socket = this.#free() ?? connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
      let received = '';
      const end = (isReusable) => {
        socket.removeAllListeners();
        socket.on('error', () => undefined);
        if (isReusable) this.#idle.push(socket);
        else socket.destroy();
        resolve(received);
      };
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        if (isWhole(received)) end(!/\r\nconnection: close/i.test(received));
      });
      socket.on('close', () => end(false));
      socket.on('error', (error) => {
        received ||= String(error);
        end(false);
      });
      socket.write(request, 'latin1');
    });
  }

  /** The server may have ended a connection since its last answer. */
  #free() {
    let socket = this.#idle.pop();
    while (socket?.destroyed) socket = this.#idle.pop();
    return socket;
  }

  close() {
    for (const socket of this.#idle) socket.destroy();
  }
}

/** Starts what is due every few milliseconds, as timers are no finer. */
function paced(rate, seconds, start) {
  return new Promise((resolve) => {
    const began = performance.now();
    const total = Math.floor(rate * seconds);
    const running = [];
    const tick = () => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate));
      while (running.length < due) running.push(start(began + ((running.length + 1) / rate) * 1000));
      if (running.length < total) setTimeout(tick, 2);
      else resolve(Promise.all(running));
    };
    tick();
  });
}

export const quantile = (sorted, share) => sorted[Math.floor(sorted.length * share)];
