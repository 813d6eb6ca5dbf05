import { isAbsoluteUri, isAudience } from '../lib/audience-grammar.js';
import { pointerTo } from '../oauth-clients/model/members.js';
import type { Violation } from '../problem-details/violation.js';

/** A `resource` that is asked for must be an absolute URI (RFC 8707, section 2). */
export const audienceViolations = (audiences: readonly string[]): Violation[] =>
  audiences.flatMap((audience, index) =>
    isAbsoluteUri(audience) || !isAudience(audience)
      ? []
      : [
          {
            pointer: pointerTo('audiences', index),
            code: 'invalid_audience',
            detail:
              'The embedded authorization server knows APIs by their absolute URIs only, such as https://api.example.com.',
          },
        ],
  );
