function read(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

/** Where the service runs, who calls, and the project whose clients are managed. */
export const url = read('REGISTRY_URL');
export const token = read('REGISTRY_TOKEN');
export const place = { org_id: read('ORG_ID'), project_id: read('PROJECT_ID') };
