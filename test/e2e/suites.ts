import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const SUITE = /\.suite\.ts$/;

/**
 * Runs every `*.suite.ts` of a folder in the test file that calls this. Jest loads the application anew for each test file, which
 * takes longer than most suites do. Inside `describe`, so that their hooks stay their own.
 */
export function runSuites(folder: string): void {
  for (const file of readdirSync(join(__dirname, folder)).filter((name) => SUITE.test(name))) {
    describe(file.replace(SUITE, ''), () => {
      require(join(__dirname, folder, file));
    });
  }
}
