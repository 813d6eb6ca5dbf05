const HEADERS_END = '\r\n\r\n';

/** Whether all of an answer has come, by the length that it names: all servers here say how long each answer is. */
export function isWhole(answer) {
  const end = answer.indexOf(HEADERS_END);
  if (end === -1) return false;
  const [, length = 0] = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end + 2)) ?? [];
  return answer.length >= end + HEADERS_END.length + Number(length);
}
