import type { SwaggerCustomOptions } from '@nestjs/swagger';
import type { SwaggerSignIn } from '../../authorization-server/authorization-server.js';

/** What the plugins below use of Swagger UI. They run in the browser, as text, so each must hold all that it needs. */
interface Props {
  readonly name?: string;
  readonly authSelectors?: { getConfigs(): object };
}
type Component = (props: Props) => object;
interface System {
  readonly React: {
    createElement(component: Component | string, props: object, ...children: unknown[]): object;
  };
  readonly getConfigs: () => { readonly oauth2RedirectUrl: string };
}

/** A request that Swagger UI is about to send. */
interface BrowserRequest {
  url: string;
  body?: unknown;
  readonly headers: Record<string, string>;
}

/** The properties of the field in which a parameter is entered. */
interface FieldProps extends Props {
  /** A map of Immutable.js. */
  readonly schema?: { get(keyword: string): { readonly size?: number } | undefined };
  readonly value?: unknown;
  readonly disabled?: boolean;
  onChange(this: void, value: string): void;
}

/** Swagger UI fills one client id into the forms of all flows. The machine's form is not for the client that people use. */
const machinesBringTheirOwnId = () => ({
  wrapComponents: {
    oauth2:
      (Original: Component, { React }: System): Component =>
      (props) => {
        const { name, authSelectors } = props;
        if (name !== 'machine' || !authSelectors) return React.createElement(Original, props);
        const getConfigs = (): object => ({ ...authSelectors.getConfigs(), clientId: '' });
        return React.createElement(Original, { ...props, authSelectors: { ...authSelectors, getConfigs } });
      },
  },
});

/** A parameter that can only be true or be left out is shown as a checkbox, not as a list to choose from. */
const constantsAreTicks = () => ({
  wrapComponents: {
    JsonSchema_boolean:
      (Original: Component, { React }: System) =>
      (props: FieldProps) => {
        const { schema, value, disabled, onChange } = props;
        if (schema?.get('enum')?.size !== 1) return React.createElement(Original, props);
        return React.createElement('input', {
          type: 'checkbox',
          checked: String(value) === 'true',
          disabled,
          onChange: ({ target }: { target: { checked: boolean } }) => onChange(target.checked ? 'true' : ''),
        });
      },
  },
});

/** The box for a token would take the focus, and with it the view, from the sign-in of people before it. */
const nothingTakesTheFocus = () => ({
  wrapComponents: {
    Input:
      (Original: Component, { React }: System): Component =>
      (props) =>
        React.createElement(Original, { ...props, autoFocus: false }),
  },
});

/** The sign-in comes back to one origin, and only from there may a page get tokens: any other page leads to that one. */
const signInNeedsItsOwnOrigin = () => ({
  wrapComponents: {
    oauth2:
      (Original: Component, { React, getConfigs }: System): Component =>
      (props) => {
        // This runs in a browser, whose types the service is not compiled with.
        const here = (globalThis as unknown as { location: URL }).location;
        const { origin } = new URL(getConfigs().oauth2RedirectUrl, here.href);
        if (origin === here.origin) return React.createElement(Original, props);
        const link = React.createElement('a', { href: `${origin}/docs` }, `${origin}/docs`);
        const text = [
          `To sign in (${props.name}), open `,
          link,
          `: tokens are given to that page, not to ${here.origin}.`,
        ];
        return React.createElement('p', { className: 'sign-in-elsewhere' }, ...text);
      },
  },
});

/**
 * Swagger UI adds the parameters of the authorization request to the query of the token request, where they mean nothing
 * (RFC 6749, section 3.2), and a header that token endpoints do not let other origins send. A machine's audience belongs
 * into the body.
 */
const plainTokenRequests = (request: BrowserRequest): BrowserRequest => {
  if (typeof request.body !== 'string' || !request.body.startsWith('grant_type=')) return request;
  const url = new URL(request.url);
  const audience = url.searchParams.get('audience');
  if (audience !== null && request.body.startsWith('grant_type=client_credentials')) {
    request.body += `&audience=${encodeURIComponent(audience)}`;
  }
  url.search = '';
  request.url = url.href;
  delete request.headers['X-Requested-With'];
  return request;
};

/** Shows ids at full length, and keeps operations short enough to be seen at once. */
const STYLE = `
  .swagger-ui .topbar, .swagger-ui .scheme-container .servers-title, .swagger-ui .scheme-container .servers,
  .swagger-ui .response-col_links { display: none }
  .swagger-ui .parameters-col_description input[type=text], .swagger-ui .auth-container input[type=text],
  .swagger-ui .auth-container input[type=password] { width: 100%; max-width: 30em; font-family: monospace }
  .swagger-ui .dialog-ux .modal-ux { max-width: 760px }
  .swagger-ui .dialog-ux .modal-ux-content { max-height: calc(100vh - 120px) }
  .swagger-ui .highlight-code > .microlight, .swagger-ui .model-example .model-box { max-height: 24em; overflow: auto }
  /* All problems have one form, which the last of them shows with its headers. The others need a line. */
  .swagger-ui .responses-table:not(.live-responses-table)
    :is(.response[data-code^="4"]:not([data-code="422"]), .response[data-code^="5"])
    .response-col_description > :not(.response-col_description__inner) { display: none }
  .swagger-ui .responses-table .response td { padding-top: 6px; padding-bottom: 6px }
  .swagger-ui .responses-table .response p { margin: 0 }
`;

/** How Swagger UI looks and behaves at `/docs`. */
export const swaggerUi = (swaggerSignIn: SwaggerSignIn | null): SwaggerCustomOptions => ({
  customSiteTitle: 'OAuth Client Registry',
  customCss: STYLE,
  swaggerOptions: {
    ...swaggerSignIn,
    persistAuthorization: true,
    plugins: [
      machinesBringTheirOwnId,
      nothingTakesTheFocus,
      constantsAreTicks,
      ...(swaggerSignIn ? [signInNeedsItsOwnOrigin] : []),
    ],
    ...(swaggerSignIn && { requestInterceptor: plainTokenRequests }),
  },
});
