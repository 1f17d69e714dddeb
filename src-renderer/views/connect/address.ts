/** The address a platform calls: this host's, where the console came from it; the path alone on the desktop. */
export function webhookAddress(path: string): string {
  return location.protocol.startsWith('http') ? `${location.origin}${path}` : path;
}
