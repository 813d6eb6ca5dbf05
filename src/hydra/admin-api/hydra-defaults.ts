/** Defaults of Hydra that are not empty. Any other member that was not sent is something empty. */
export const HYDRA_DEFAULT = new Map<string, unknown>([
  ['userinfo_signed_response_alg', 'none'],
  ['subject_type', 'public'],
]);

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
