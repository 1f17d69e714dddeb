import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBridge } from '#main/electron/bridge.ts';
import { carryContract } from '#main/electron/contract.ts';
import { REQUEST } from '#main/electron/ipc-channels.ts';
import { PAGE_URL } from '#main/electron/page.ts';
import { HubDouble } from '#test/support/hub-double.ts';
import { IpcPair } from '#test/support/ipc-pair.ts';
import type { PageDouble } from '#test/support/ipc-pair.ts';

let pair: IpcPair;
let hub: HubDouble;
let end: () => void;
const onStop = vi.fn();
beforeEach(() => {
  pair = new IpcPair();
  hub = new HubDouble();
  hub.methods.set('session.hello', (_params, principal) => ({ ok: true, value: principal }));
  end = carryContract(pair.main, hub, { operator: { operator: 'admin', role: 'admin' }, developmentUrl: null, onStop });
});
afterEach(() => {
  end();
  onStop.mockClear();
  vi.useRealTimers();
});
const settle = async () => {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const seqs = (page: PageDouble, position: Parameters<ReturnType<typeof createBridge>['subscribe']>[0] = null) => {
  const seen: number[] = [];
  const leave = createBridge(page.ipc, () => 'zh').subscribe(position, (event) => seen.push(event.seq));
  return { seen, leave };
};

describe('the shell’s side of the contract', () => {
  it('answers the console’s page, in the language it shows', async () => {
    const page = pair.openPage(`${PAGE_URL}#/desk`);
    let language: 'zh' | 'en' = 'zh';
    const bridge = createBridge(page.ipc, () => language);
    expect(await bridge.request('session.hello', {})).toEqual({ ok: true, value: { operator: 'admin', role: 'admin', locale: 'zh' } });
    language = 'en';
    expect(await bridge.request('session.hello', {})).toMatchObject({ value: { locale: 'en' } });
  });

  it.each([
    ['another page', 'https://example.test/', false],
    ['a frame inside the page', PAGE_URL, true],
  ])('does not hear %s', async (_case, url, subframe) => {
    const page = pair.openPage(url, { subframe });
    await expect(createBridge(page.ipc, () => 'zh').request('session.hello', {})).rejects.toThrow('untrusted sender');
    const { seen } = seqs(page);
    await settle();
    hub.publish('1');
    await settle();
    expect([hub.requests, seen]).toEqual([[], []]);
  });

  it('refuses a method that is no text', async () => {
    const page = pair.openPage(PAGE_URL);
    expect(await page.ipc.invoke(REQUEST, { toString: () => 'session.hello' }.toString, {}).catch(() => 'uncloneable')).toBe('uncloneable');
    expect(await page.ipc.invoke(REQUEST, 7, {}, 'zh')).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(hub.requests).toEqual([]);
  });

  it('treats a position that makes no sense as one that is lost', async () => {
    hub.publish('1');
    const page = pair.openPage(PAGE_URL);
    const names: string[] = [];
    createBridge(page.ipc, () => 'zh').subscribe({ epoch: 'double', seq: -7 }, (event) => names.push(event.name));
    await settle();
    expect(names).toEqual(['resync']);
  });

  it('a page that takes nothing is sent no more than the water mark, then one resync', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const page = pair.openPage(PAGE_URL);
    const { seen } = seqs(page);
    await settle();
    page.busy = true;
    const text = 'x'.repeat(100_000);
    for (let count = 0; count < 40; count += 1) hub.publish(text);
    page.wake();
    await settle();
    const sent = seen.length;
    expect(sent).toBeGreaterThan(3);
    expect(sent).toBeLessThan(12);
    await settle();
    vi.advanceTimersByTime(250);
    await settle();
    hub.publish('after');
    await settle();
    expect(seen.slice(sent)).toEqual([40, 41]);
  });

  it('forgets a page that is reloaded or closed', async () => {
    const page = pair.openPage(PAGE_URL);
    const before = seqs(page);
    await settle();
    page.reload();
    const after = seqs(page);
    await settle();
    hub.publish('1');
    await settle();
    expect([before.seen, after.seen]).toEqual([[], [1]]);
    page.destroy();
    hub.publish('2');
    await settle();
    expect(after.seen).toEqual([1]);
  });

  it('ends the shell after the hub agreed to stop', async () => {
    hub.methods.set('workspace.stop', () => ({ ok: true, value: { stopping: true } }));
    const bridge = createBridge(pair.openPage(PAGE_URL).ipc, () => 'zh');
    expect(await bridge.request('workspace.stop', {})).toMatchObject({ ok: true });
    await settle();
    expect(onStop).toHaveBeenCalledOnce();
  });

  it('takes its listeners back at the end', () => {
    end();
    expect(pair.handlers).toEqual([]);
    expect(hub.listeners).toBe(0);
  });
});
