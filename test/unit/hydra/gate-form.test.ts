import fc from 'fast-check';
import { parseForm, writeForm } from '../../../src/hydra/token-gate/form.js';
import { OAuthRefusal } from '../../../src/hydra/token-gate/oauth-refusal.js';
import { namedClients } from '../../../src/hydra/token-gate/named-clients.js';
import { readTokenRequest } from '../../../src/hydra/token-gate/token-request.js';

const CLIENT = '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10';

/** Null for what is refused. */
function unlessRefused<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof OAuthRefusal) return null;
    throw error;
  }
}

/** Pieces of forms, and bytes. */
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(
      fc.constantFrom(
        'client_id',
        '=',
        '&',
        ';',
        '%',
        '%41',
        '%zz',
        '+',
        CLIENT,
        'audience',
        'ä',
        '\0',
        '%00',
        'a',
      ),
      { maxLength: 20 },
    )
    .map((pieces) => Buffer.from(pieces.join(''))),
);

describe('A form at the token gate', () => {
  it('a form at the token gate is refused, or read as every reader reads it', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const read = unlessRefused(() => parseForm(body));
        if (read === null) return;
        const others = [...new URLSearchParams(body.toString())];
        expect(read).toEqual(others);
        expect([...new URLSearchParams(writeForm(read))]).toEqual(others);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a form at the token gate names no client to a strict reader that a lenient one overlooks', () => {
    const authorizations = fc.option(
      fc
        .constantFrom(`${CLIENT}:x`, `${CLIENT.replace('-', '%2D')}:x`, `:${CLIENT}`, CLIENT, `x:${CLIENT}`)
        .map((credentials) => `Basic ${Buffer.from(credentials).toString('base64')}`),
      { nil: undefined },
    );
    fc.assert(
      fc.property(bodies, authorizations, (body, authorization) => {
        const read = unlessRefused(() => readTokenRequest(body, authorization));
        return read?.clientId !== CLIENT || namedClients(body, authorization)?.includes(CLIENT) === true;
      }),
      { numRuns: 2_000 },
    );
  });
});
