import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openWorkspace } from '#main/electron/workspace.ts';
import { startHubThread } from '#main/host/thread.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { temporaryWorkspace } from '#test/support/server-process.ts';

const home = temporaryWorkspace({});
afterAll(() => home.remove());
const parts = { openHub: startHubThread, logger: pino({ level: 'silent' }), environment: { ORDERPULSE_HOME: home.directory }, demoPast: 0 };
const AGENT = { operator: 'admin', role: 'admin', locale: 'zh' } as const;

describe('the workspace of the desktop shell', () => {
  it('without a configuration is the demo, fed through real webhook doors on loopback', async () => {
    const workspace = await openWorkspace(null, parts);
    try {
      expect(workspace).toMatchObject({ demo: true, directory: join(home.directory, 'demo') });
      expect(workspace.webhookUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await fetch(`${workspace.webhookUrl}/hooks/shopify/nobody`, { method: 'POST', body: '{}' })).status).toBe(404);
      // The shell's doors carry webhooks alone: nobody else on this machine may use the console through them.
      expect((await fetch(`${workspace.webhookUrl}/rpc/orders.list`, { method: 'POST', body: '{}' })).status).toBe(404);
      await vi.waitFor(
        async () => {
          const answer = await workspace.link.request('orders.list', { limit: 500 }, AGENT);
          expect(answer.ok && (answer.value as { items: unknown[] }).items.length).toBeGreaterThan(20);
        },
        { timeout: 30_000, interval: 250 },
      );
      await expect(openWorkspace(null, parts)).rejects.toThrow(StoreError);
    } finally {
      await workspace.close();
    }
    expect(existsSync(join(home.directory, 'demo/orderpulse.db'))).toBe(true);
  });

  it('that was closed can be opened again at once', async () => {
    const workspace = await openWorkspace(null, parts);
    expect(await workspace.link.request('session.hello', {}, AGENT)).toMatchObject({ ok: true, value: { demo: true } });
    await workspace.close();
  });
});
