import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { messageModel } from '#main/host/message-model.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { MessageReadings } from '#main/hub/message-readings.ts';
import type { Logger } from '#main/hub/ports.ts';
import { ask, deliver, memoryHub, orderData, SHOP, testConfig } from '#test/support/hub.ts';

const NOW = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'orderpulse-messages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keyOf = (channelOrderId: string) => ({ channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId }) as const;

async function told(hub: LocalHub, id: string, buyerMessage: string, at = 0): Promise<void> {
  const type = at === 0 ? 'order.paid' : 'order.updated';
  await deliver(hub, type, orderData(id, NOW, { buyerMessage, ...(at > 0 ? { updatedAt: NOW + at } : {}) }), NOW, `m-${id}-${at}`);
}
function recordOf(hub: LocalHub, id: string) {
  return hub.store.orders.byPlatform(SHOP.channel, SHOP.shopId, id)?.record;
}
async function resultOf(hub: LocalHub, id: string, rule: string) {
  const { results, rederived } = await ask(hub, 'orders.explain', keyOf(id));
  expect(rederived).toBe(true);
  return results.find(({ ruleId }) => ruleId === rule);
}

describe("a buyer's message", () => {
  test('is read, judged, explained and kept with the order', async () => {
    const hub = await memoryHub();
    await told(hub, 'angry', '再拖下去我可要维权到底了，必须给个说法');
    const reading = recordOf(hub, 'angry')?.message;
    expect(reading?.model).toMatch(/^messages-/);
    expect(reading?.intents).toContain('complaint');
    const result = await resultOf(hub, 'angry', 'complaint-tendency');
    expect(result?.result).toBe('hit');
    expect(result?.sentence.zh).toContain(`投诉倾向为 ${reading?.tendency}`);
    expect(result?.tree?.children?.[0]?.because).toEqual(reading?.reasons);
    await told(hub, 'quiet', '');
    expect((await resultOf(hub, 'quiet', 'complaint-tendency'))?.result).toBe('no-hit');
    await told(hub, 'listed', '打12315投诉');
    expect((await resultOf(hub, 'listed', 'complaint-words'))?.sentence.zh).toMatch(/提到「.*12315.*」；投诉倾向 \d+/);
    expect((await resultOf(hub, 'listed', 'complaint-tendency'))?.result).toBe('no-hit');
    await hub.close();
  });

  test('is read once, and again when it says something else', async () => {
    const asked: string[] = [];
    const messages: MessageReadings = {
      prepare: () => {},
      model: 'messages-test',
      read(text) {
        asked.push(text);
        return { model: 'messages-test', tendency: text.length, intents: [], reasons: [] };
      },
    };
    const hub = await memoryHub(testConfig(), { messages });
    await told(hub, 'o', '请快点');
    await told(hub, 'o', '请快点', 1_000);
    const { orderNo, version } = await ask(hub, 'orders.get', keyOf('o'));
    await ask(hub, 'holds.freeze', { orderNo, version, reason: '核实' });
    expect(asked).toEqual(['请快点']);
    await told(hub, 'o', '请快点发货', 2_000);
    expect(asked).toEqual(['请快点', '请快点发货']);
    expect(recordOf(hub, 'o')?.message?.tendency).toBe(5);
    await told(hub, 'none', '');
    expect(asked).toHaveLength(2);
    await hub.close();
  });
});

describe('a model that cannot be used', () => {
  const damaged = join(folder, 'damaged.json');
  writeFileSync(damaged, readFileSync(new URL('../../../resources/models/messages.json', import.meta.url), 'utf8').slice(0, 10_000));

  test.each([
    ['missing', join(folder, 'missing.json')],
    ['damaged', damaged],
  ])('%s: one line in the log, the fields stay unknown, orders go on', async (_, path) => {
    const lines: string[] = [];
    const logger: Logger = {
      info: () => {},
      warn: (_fields, message) => void lines.push(message),
      error: (_fields, message) => void lines.push(message),
    };
    const hub = await memoryHub(testConfig(), { messages: messageModel(logger, path) });
    for (const id of ['a', 'b']) await told(hub, id, '必须给个说法，没完');
    await told(hub, 'c', '打12315投诉');
    expect(lines).toEqual(["the model of buyers' messages cannot be used: complaint tendency and intents stay unknown"]);
    const result = await resultOf(hub, 'a', 'complaint-tendency');
    expect(result?.result).toBe('waiting');
    expect(recordOf(hub, 'b')?.message ?? null).toBeNull();
    expect((await resultOf(hub, 'c', 'complaint-words'))?.result).toBe('hit');
    await hub.close();
  });
});
