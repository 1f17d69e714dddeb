import { join, normalize, sep } from 'node:path';

/** The console's own address inside the shell. A scheme of its own has an origin, which `file:` has not. */
export const SCHEME = 'orderpulse';
export const PAGE_URL = `${SCHEME}://console/index.html`;

/** Same policy as the server host sends; see src-main/server/app.ts. */
export const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  path: string;
  headers: Record<string, string>;
}

/** The file behind an address of the console; null when it is not one of its files or would leave its folder. */
export function pageFile(directory: string, address: string): PageFile | null {
  let url: URL;
  let name: string;
  try {
    url = new URL(address);
    name = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (url.protocol !== `${SCHEME}:` || url.host !== 'console' || name.includes('\0')) return null;
  const path = normalize(join(directory, name === '/' ? 'index.html' : name));
  if (!path.startsWith(normalize(directory) + sep)) return null;
  const type = CONTENT_TYPES[/\.[a-z0-9]+$/.exec(path)?.[0] ?? ''];
  if (type === undefined) return null;
  return { path, headers: { 'content-type': type, 'content-security-policy': PAGE_POLICY, 'x-content-type-options': 'nosniff' } };
}
