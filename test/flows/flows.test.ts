import { runSuites } from '../e2e/suites.js';

runSuites('../flows');
