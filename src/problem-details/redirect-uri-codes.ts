/**
 * The codes for redirect URIs that cannot be registered, in the order in which a URI is checked. The `detail` of such a
 * violation ends in a URI that can be.
 */
export const REDIRECT_URI_CODES = {
  redirect_uri_too_long: {
    meaning: 'The redirect URI has more than 2,048 characters.',
    remedy: 'Shorten it.',
  },
  redirect_uri_not_single: {
    meaning: 'The text holds several redirect URIs.',
    remedy: 'Send each as an item of its own in the list.',
  },
  redirect_uri_has_blank: {
    meaning: 'The redirect URI has a blank, a line break or an invisible character.',
    remedy: 'Remove it; a space that belongs to the path is written `%20`.',
  },
  redirect_uri_quoted: {
    meaning: 'The redirect URI stands in quotation marks or brackets.',
    remedy: 'Remove them.',
  },
  redirect_uri_has_template: {
    meaning: 'The redirect URI has a placeholder such as `{tenant}`.',
    remedy: 'Register one exact URI for each value of it.',
  },
  redirect_uri_has_backslash: {
    meaning: 'The redirect URI has a backslash.',
    remedy: 'Write a slash.',
  },
  redirect_uri_host_not_ascii: {
    meaning: 'The host of the redirect URI is an international name.',
    remedy: 'Write it in punycode (`xn--...`).',
  },
  redirect_uri_percent_sign: {
    meaning: 'The redirect URI has a percent sign that starts no escape.',
    remedy: 'Write it as `%25`.',
  },
  redirect_uri_characters: {
    meaning: 'The redirect URI has a character that RFC 3986 does not allow there.',
    remedy: 'Percent-encode it in path and query, and remove it elsewhere.',
  },
  redirect_uri_encoded_too_often: {
    meaning: 'The redirect URI is percent-encoded so many times that programs may read it differently.',
    remedy: 'Encode it once.',
  },
  redirect_uri_has_fragment: {
    meaning: 'The redirect URI has a fragment (RFC 6749, section 3.1.2).',
    remedy: 'Remove it, the `#` included.',
  },
  redirect_uri_has_wildcard: {
    meaning: 'The redirect URI has a wildcard, and redirect URIs match exactly.',
    remedy:
      'Register one exact URI for each deployment; for any port on the same machine `http://127.0.0.1`.',
  },
  redirect_uri_scheme_missing: {
    meaning: 'The redirect URI does not start with a scheme.',
    remedy: 'Start with `https://`, or with `http://` for a loopback host.',
  },
  redirect_uri_scheme_forbidden: {
    meaning:
      'The scheme runs or reads something, or belongs to another protocol: no redirect URI may have it.',
    remedy: 'Use `https`, or a private-use scheme in reverse-domain form.',
  },
  redirect_uri_scheme_upper_case: {
    meaning: 'The scheme of the redirect URI has upper-case letters.',
    remedy: 'Write it in lower case, in the app too.',
  },
  redirect_uri_scheme_underscore: {
    meaning: 'The scheme of the redirect URI has an underscore, which RFC 3986 does not allow there.',
    remedy: 'Replace it by a hyphen, in the app too.',
  },
  redirect_uri_scheme_not_listed: {
    meaning: 'The scheme has no dot, so that any app may claim it (RFC 8252, section 8.4).',
    remedy: 'Use one in reverse-domain form, or ask the operator to list this one in `REDIRECT_URI_SCHEMES`.',
  },
  redirect_uri_scheme_malformed: {
    meaning: 'The scheme is not in reverse-domain form, such as `com.example.app`.',
    remedy: 'Use `https`, or the reverse of a domain name that is yours.',
  },
  redirect_uri_has_user: {
    meaning: 'The redirect URI has user information before the host.',
    remedy: 'Remove it, the `@` included.',
  },
  redirect_uri_host_missing: {
    meaning: 'The redirect URI names no host.',
    remedy: 'Name it after the two slashes.',
  },
  redirect_uri_target_missing: {
    meaning:
      'The private-use URI leads to nothing: it needs an authority, or a path that begins with a slash.',
    remedy: 'Write it as `com.example.app:/callback` or `com.example.app://callback`.',
  },
  redirect_uri_host_upper_case: {
    meaning: 'The host of the redirect URI has upper-case letters.',
    remedy: 'Write it in lower case.',
  },
  redirect_uri_host_trailing_dot: {
    meaning: 'The host of the redirect URI ends in a dot.',
    remedy: 'Remove the dot.',
  },
  redirect_uri_host_malformed: {
    meaning: 'The host of the redirect URI is not written as all parsers write it.',
    remedy:
      'Name it as a host name, as four decimal numbers, or as the canonical form of an IPv6 address in brackets.',
  },
  redirect_uri_http_not_loopback: {
    meaning: 'Plain `http` is for loopback hosts only, and this host is none.',
    remedy: 'Use `https`; `http` is for `localhost`, `*.localhost`, `127.0.0.1` and `[::1]`.',
  },
  redirect_uri_port_malformed: {
    meaning: 'The port of the redirect URI is no number from 1 to 65535 without leading zeros.',
    remedy: 'Correct it, or leave it out with its colon.',
  },
  redirect_uri_has_brackets: {
    meaning: 'The redirect URI has a square bracket in its path or query.',
    remedy: 'Write it as `%5B` or `%5D`.',
  },
  redirect_uri_has_dot_segments: {
    meaning: 'The path of the redirect URI has a segment `.` or `..`, encoded or not.',
    remedy: 'Write the path that it leads to.',
  },
  redirect_uri_has_controls: {
    meaning: 'The redirect URI has an encoded control character.',
    remedy: 'Remove it.',
  },
  redirect_uri_not_utf8: {
    meaning: 'The escapes of the redirect URI are not UTF-8.',
    remedy: 'Percent-encode the bytes of UTF-8.',
  },
  redirect_uri_has_semicolon: {
    meaning: 'The query of the redirect URI has a semicolon, which servers read in several ways.',
    remedy: 'Separate parameters with `&`, and write a semicolon as `%3B`.',
  },
  redirect_uri_rewritten: {
    meaning: 'A URL parser writes the redirect URI in another way.',
    remedy: 'Write an apostrophe in the query as `%27`.',
  },
  redirect_uri_parameter_reserved: {
    meaning: 'The query of the redirect URI has a parameter that the authorization server sets itself.',
    remedy: 'Remove the parameter that `detail` names.',
  },
  redirect_uri_https_on_loopback_ip: {
    meaning: 'Hydra would match this https URI on a loopback address with plain http at any port.',
    remedy: 'Use a host name such as `localhost`, or register `http`.',
  },
} as const;
