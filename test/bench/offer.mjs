import { connect } from 'node:net';

const HEADERS_END = '\r\n\r\n';

/**
 * Offers requests at a steady rate, whether or not earlier ones are answered, each on a connection that is free. What an
 * answer says does not matter, but for `mustBe`.
 *
 * @param mustBe the status that every answer must have; absent for any
 * @returns the milliseconds from the moment when each request was due to the end of its answer, sorted
 */
export async function offer({ port, rate, seconds, nextRequest, mustBe }) {
  const idle = [];
  const latencies = [];
  let broken;
  const send = (due) =>
    new Promise((resolve) => {
      const socket = idle.pop() ?? connect({ port, host: '127.0.0.1', noDelay: true });
      let received = '';
      const end = (isReusable) => {
        socket.removeAllListeners();
        socket.on('error', () => undefined);
        latencies.push(performance.now() - due);
        if (mustBe && !received.startsWith(`HTTP/1.1 ${mustBe} `))
          broken ??= new Error(`unexpected answer:\n${received}`);
        if (isReusable) idle.push(socket);
        else socket.destroy();
        resolve();
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
      socket.write(nextRequest(), 'latin1');
    });
  await paced(rate, seconds, send);
  for (const socket of idle) socket.destroy();
  if (broken) throw broken;
  return latencies.sort((a, b) => a - b);
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

function isWhole(answer) {
  const end = answer.indexOf(HEADERS_END);
  if (end === -1) return false;
  const [, length = 0] = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end + 2)) ?? [];
  return answer.length >= end + HEADERS_END.length + Number(length);
}

export const quantile = (sorted, share) => sorted[Math.floor(sorted.length * share)];
