import { ConfigurationError } from '../config/environment.js';
import { demoToken } from '../embedded-server/demo/demo-token-command.js';

demoToken(process.argv.slice(2), process.env).then(
  (token) => process.stdout.write(`${token}\n`),
  (error: unknown) => {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
