const { warn } = console;

// oidc-provider prints a warning about every Node older than 22 while it is imported; this project is tested on 20.
console.warn = (...data: unknown[]) => {
  if (!String(data[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...data);
};

/** Gives `console.warn` back. */
export function endQuietImport(): void {
  console.warn = warn;
}
