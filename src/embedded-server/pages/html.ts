/** Text that is HTML already. Only `markup` makes it, so everything in it has been escaped. */
export class Html {
  private constructor(readonly text: string) {}

  static join(strings: readonly string[], values: readonly Value[]): Html {
    return new Html(strings.map((string, index) => string + render(values[index] ?? '')).join(''));
  }
}

type Value = string | Html | readonly Html[];

/**
 * A template of HTML: what is put into it is escaped, for text and for quoted attributes. Not named `html`, by which
 * formatters know a template whose white space they may change: the policy names the hash of the style.
 */
export const markup = (strings: TemplateStringsArray, ...values: Value[]): Html => Html.join(strings, values);

/** HTML that oidc-provider has made. */
export const trusted = (text: string): Html => Html.join([text], []);

function render(value: Value): string {
  if (typeof value === 'string') return escape(value);
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
