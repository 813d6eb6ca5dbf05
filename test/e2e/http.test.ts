import { runSuites } from './suites.js';

runSuites('http');
