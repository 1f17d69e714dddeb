/**
 * The address of a platform call. `endpoint`, when a shop has one, replaces scheme, host and port of `origin`; the platform's
 * `path` (with its query) stays. A path of the endpoint that the platform's path begins with is not doubled; any other is put
 * before it.
 */
export function addressOf(endpoint: string | null, origin: string, path: string): string {
  if (endpoint === null) return origin + path;
  const { origin: base, pathname } = new URL(endpoint);
  const prefix = pathname.replace(/\/+$/, '');
  const within = prefix === '' || path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}?`);
  return within ? base + path : base + prefix + path;
}
