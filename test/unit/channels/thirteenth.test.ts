import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/adding-a-channel.md'), 'utf8');
const run = promisify(execFile);

/** The page's own code: a block after a line naming its file. */
const files = new Map([...PAGE.matchAll(/^`([\w./-]+)`:\n\n```ts\n([\s\S]*?)^```$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'orderpulse-thirteenth-'));
  for (const room of ['src-shared', 'src-main/model', 'src-main/channels']) cpSync(join(ROOT, room), join(copy, room), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const [path, code] of files) {
    if (path === 'src-shared/channels.ts') continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), code);
  }
  // The one line outside the folder.
  const list = join(copy, 'src-shared/channels.ts');
  writeFileSync(
    list,
    readFileSync(list, 'utf8').replace(/^} as const satisfies/m, `${files.get('src-shared/channels.ts')}} as const satisfies`),
  );
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a thirteenth channel', () => {
  test('is a folder and one line, as docs/adding-a-channel.md says', () => {
    expect([...files.keys()].filter((path) => !path.startsWith('src-main/channels/market/'))).toEqual(['src-shared/channels.ts']);
    expect(files.get('src-shared/channels.ts')?.trim().split('\n')).toHaveLength(1);
  });

  test('is found by the registry and reads its orders', async () => {
    const script = `
      const { adapterOf, ADAPTERS } = await import('./src-main/channels/registry.ts');
      const { mapping, normalise } = adapterOf('market');
      const order = { no: '9007199254740993', state: 'PAID', cents: 4200, at: 1781748000, items: [{ sku: 'CUP', pieces: 2, cents: 2100 }] };
      const body = new TextEncoder().encode(JSON.stringify(order).replace('"9007199254740993"', '9007199254740993'));
      const read = normalise({ topic: 'order', body, observedAt: null }, { channel: 'market', shopId: 'one', options: {}, mapping });
      const odd = normalise({ topic: 'order', body: new TextEncoder().encode('{"no":1,"state":"NEW"}'), observedAt: null }, { channel: 'market', shopId: 'one', options: {}, mapping });
      console.log(JSON.stringify({ size: ADAPTERS.size, read, odd }));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: copy, timeout: 20_000 });
    const said = JSON.parse(stdout) as { size: number; read: unknown; odd: unknown };
    expect(said.size).toBe(13);
    expect(said.read).toMatchObject({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'market',
            channelOrderId: '9007199254740993',
            status: 'paid',
            paidMinor: 4200,
            lines: [{ sku: 'CUP', quantity: 2, unitPriceMinor: 2100 }],
          },
        },
      ],
    });
    expect(said.odd).toMatchObject({
      ok: true,
      items: [{ order: { status: null, rawStatus: 'NEW', unknown: [{ kind: 'status', word: 'NEW' }] } }],
    });
  });
});
