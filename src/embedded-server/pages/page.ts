import { createHash } from 'node:crypto';
import { markup, trusted, type Html } from './html.js';

export interface HtmlPage {
  readonly title: string;
  readonly main: Html;
  /** Where the browser goes by itself, without a script. */
  readonly next?: string;
}

/** As much of Koa's context as a page needs. */
interface Answer {
  type: string;
  body: unknown;
  set(field: string, value: string): void;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f3f4f6; color: #1f2937; }
main { box-sizing: border-box; width: min(26rem, 100vw); padding: 2rem; background: #fff; border-radius: .75rem; box-shadow: 0 1px 8px #0002; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
code { overflow-wrap: anywhere; }
form { display: grid; gap: .6rem; margin-top: 1.5rem; }
button { padding: .7rem 1rem; border: 1px solid #1d4ed8; border-radius: .5rem; background: #1d4ed8; color: #fff; font: inherit; font-weight: 600; text-align: left; cursor: pointer; }
button small { display: block; font-weight: 400; }
button.quiet { background: none; color: inherit; border-color: #9ca3af; }
button:hover { filter: brightness(.92); }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.note { font-size: .875rem; color: #4b5563; margin: 1.5rem 0 0; }
@media (prefers-color-scheme: dark) {
  body { background: #111827; color: #e5e7eb; }
  main { background: #1f2937; }
  a { color: #93c5fd; }
  .note { color: #9ca3af; }
}
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join(';');

/** Answers with a page for a person. It needs no script, and its policy lets none run. */
export function showPage(answer: Answer, page: HtmlPage): void {
  answer.set('content-security-policy', POLICY);
  answer.set('cache-control', 'no-store');
  answer.type = 'html';
  answer.body = documentOf(page).text;
}

const documentOf = ({ title, main, next }: HtmlPage): Html => markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${next === undefined ? '' : markup`<meta http-equiv="refresh" content="0; url=${next}">`}
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`;
