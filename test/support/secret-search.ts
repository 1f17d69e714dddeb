import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { secretsIn } from './secrets.ts';

/** Bytes of every file of a workspace but the key of its vault. */
export function workspaceFiles(data: string): Map<string, Buffer> {
  const entries = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(data, path), readFileSync(path)] as const).filter(([name]) => name !== 'vault.key'));
}

/** Every cell of the database, put together again where it lay on several pages. */
export function cellsOfTables(data: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const database = new Database(join(data, 'orderpulse.db'), { readonly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
  for (const table of tables) {
    const cells = (database.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]).flat();
    found.set(`table ${table}`, Buffer.concat(cells.map((cell) => (Buffer.isBuffer(cell) ? cell : Buffer.from(`${String(cell)}\n`)))));
  }
  database.close();
  return found;
}

/** Which secret lies where. */
export function leaksIn(places: ReadonlyMap<string, string | Buffer>, secrets: ReadonlyMap<string, string>): string[] {
  return [...places].flatMap(([place, content]) => secretsIn(content, secrets).map((name) => `${name} in ${place}`));
}

/** Files inside an archive such as a workbook, unpacked, by name. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12. */
export function unpacked(archive: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const mark = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
  for (let at = archive.indexOf(mark); at >= 0; at = archive.indexOf(mark, at + 4)) {
    const [method, packed, nameBytes, headerAt] = [at + 10, at + 20, at + 28, at + 42];
    const name = archive.toString('utf8', at + 46, at + 46 + archive.readUInt16LE(nameBytes));
    const header = archive.readUInt32LE(headerAt);
    const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const content = archive.subarray(start, start + archive.readUInt32LE(packed));
    found.set(name, archive.readUInt16LE(method) === 0 ? content : inflateRawSync(content));
  }
  return found;
}

/** A request to a service that repeats it. */
export interface Heard {
  path: string;
  authorization: string;
  body: string;
  /** Address, headers and body in one text. */
  said: string;
}

/** Somebody on the loopback interface who repeats whatever he is sent wherever his answer has room for words. */
export async function openRepeating(answer: (heard: Heard) => { status: number; body: unknown }) {
  const heard: string[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { authorization = '' } = request.headers;
      const basic = /^Basic (.+)$/.exec(authorization)?.[1] ?? '';
      const path = request.url ?? '';
      const words = [decodeURIComponent(path), JSON.stringify(request.headers), Buffer.from(basic, 'base64').toString(), body];
      const said = words.join(' ');
      heard.push(said);
      const given = answer({ path, authorization, body, said });
      response.writeHead(given.status, { 'content-type': 'application/json' }).end(JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
  return { url: `http://127.0.0.1:${port}`, heard, close };
}
