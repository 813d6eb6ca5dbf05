/** What stops a command: a sentence for the person who gave it. */
export class CommandError extends Error {}
