import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, openConsole } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;

test.beforeAll(async () => {
  hub = await startHub();
});
test.afterAll(() => hub.stop());

const samples = JSON.parse(readFileSync('test/fixtures/channels/samples.json', 'utf8')) as Record<string, unknown>;
/** The published payload of an order, with another state where one is given. */
function payload(status?: number): string {
  const text = JSON.stringify(samples['douyin']);
  return status === undefined
    ? text
    : text.replace('"main_status":3', `"main_status":${status}`).replace('"order_status":3', `"order_status":${status}`);
}
const bench = (page: Page) => page.getByRole('region', { name: '试读' });
async function read(page: Page, text: string): Promise<void> {
  await bench(page).getByRole('textbox', { name: '平台报文' }).fill(text);
  await bench(page).getByRole('button', { name: '读一读' }).click();
}

test('shows what a pasted payload becomes, personal data masked', async ({ page }) => {
  await openConsole(page, hub, 'settings/mapping?channel=douyin');
  await read(page, payload());
  const order = bench(page).getByRole('article', { name: '订单 4837000000000000001' });
  await expect(order).toContainText('已发货');
  await expect(order).toContainText('¥349.00');
  await expect(order).toContainText('SF0000000001');
  await expect(order).toContainText('周末送');
  await expect(order).toContainText('衬衫');
  await read(page, '{"order_id": ');
  await expect(bench(page).getByRole('alert')).toContainText('读不懂');
  await read(page, '{"nothing": "here"}');
  await expect(bench(page).getByRole('region', { name: '读出来的结果' })).toContainText(/读不懂|没有/);
});

test('marks a word nobody knows, takes a meaning for it, and reads with it before and after it is saved', async ({ page }) => {
  await openConsole(page, hub, 'settings/mapping?channel=douyin');
  await read(page, payload(117));
  const order = bench(page).getByRole('article', { name: '订单 4837000000000000001' });
  await expect(order).toContainText('未知状态');
  await expect(bench(page).getByRole('region', { name: '其中没见过的词' })).toContainText('117');
  await bench(page).getByRole('button', { name: '给它含义' }).click();
  const words = page.getByRole('region', { name: '没见过的词', exact: true });
  await words.getByRole('listitem').filter({ hasText: '117' }).locator('.n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: '待发货' }).click();
  await expect(order).toContainText('待发货');
  await page.getByRole('button', { name: '保存 1 处改动' }).click();
  await expect(page.getByText(/抖店 的映射已保存/)).toBeVisible();
  const saved = await hub.ask('mapping.get', { channel: 'douyin' });
  expect(saved.statuses.filter(({ edited }) => edited).map(({ status }) => status)).toEqual(['awaiting_shipment']);

  await openConsole(page, hub, 'settings/mapping?channel=taobao');
  await openConsole(page, hub, 'settings/mapping?channel=douyin');
  await read(page, payload(117));
  await expect(order).toContainText('待发货');
  const row = page.getByRole('region', { name: '订单状态', exact: true }).getByRole('row').filter({ hasText: '117' });
  await expect(row).toContainText('已改');
  await row.getByRole('button', { name: /恢复出厂含义/ }).click();
  await page.getByRole('button', { name: '保存 1 处改动' }).click();
  await expect(order).toContainText('未知状态');
});

test('orders that spoke the word are read again, and the page says how many', async ({ page }) => {
  const at = new Date().toISOString();
  const data = {
    ...{ status: 'PACKED', currency: 'CNY', goodsMinor: 6_800, paidMinor: 6_800, createdAt: at, paidAt: at, updatedAt: at },
    ...{
      buyer: { key: 'buyer-packed', name: '林晓雨' },
      lines: [{ sku: 'MB-1001', name: '有机米粉', quantity: 1, unitPriceMinor: 6_800 }],
    },
    receiver: {
      name: '林晓雨',
      phone: '13800002046',
      country: 'CN',
      province: '江苏省',
      city: '苏州市',
      district: '',
      address: '示例路 1 号',
    },
  };
  for (const channelOrderId of ['P-1', 'P-2']) {
    await hub.send('own', JSON.stringify({ type: 'order.updated', timestamp: at, data: { ...data, channelOrderId } }));
  }
  const order = { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'P-1' } as const;
  expect(await hub.ask('orders.get', order)).toMatchObject({ rawStatus: 'PACKED', rawStatusUnknown: true });

  await openConsole(page, hub, 'settings/mapping?channel=standard-webhooks');
  const words = page.getByRole('region', { name: '没见过的词', exact: true });
  await words.getByRole('listitem').filter({ hasText: 'PACKED' }).locator('.n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: '待发货' }).click();
  await page.getByRole('button', { name: '保存 1 处改动' }).click();
  await expect(page.getByRole('status', { name: '重读订单' })).toContainText('已重读 2 单，其中 2 单有变化');
  expect(await hub.ask('orders.get', order)).toMatchObject({ status: 'awaiting_shipment', rawStatusUnknown: false });
  // What was done stays on the page for the next person.
  await page.reload();
  await expect(page.getByRole('status', { name: '重读订单' })).toContainText('已重读 2 单');
  await expect(page.getByRole('status', { name: '重读订单' })).toContainText('PACKED');
  await expectAccessible(page);
});

test('finds words by what they mean', async ({ page }) => {
  await openConsole(page, hub, 'settings/mapping?channel=douyin');
  const table = page.getByRole('region', { name: '订单状态', exact: true });
  await expect(table.getByRole('row').nth(1)).toBeVisible();
  const all = await table.getByRole('row').count();
  await page.getByRole('searchbox', { name: '查找词或含义' }).fill('已取消');
  await expect.poll(() => table.getByRole('row').count()).toBeLessThan(all);
  await page.getByRole('searchbox', { name: '查找词或含义' }).fill('没有这个词');
  await expect(page.getByRole('heading', { name: '没有匹配的词' })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`is accessible in ${theme}`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'settings/mapping?channel=douyin');
    await read(page, payload(117));
    await expect(bench(page).getByRole('article')).toBeVisible();
    await expectAccessible(page);
  });
}
