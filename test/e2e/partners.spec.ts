import { expect, test, type Locator, type Page } from '@playwright/test';
import { open as openCustomers, type CustomerSimulator } from '../../simulators/partners/crm/open.ts';
import { open as openKdniao, type KdniaoSimulator } from '../../simulators/partners/kdniao/open.ts';
import { expectAccessible, openConsole } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { openPartner } from './support/partners.ts';

// Partners from nothing to a waybill and back: each test goes on where the one before stopped.
test.describe.configure({ mode: 'serial' });

let hub: TestHub;
let crm: CustomerSimulator;
let bird: KdniaoSimulator;

test.beforeAll(async () => {
  hub = await startHub();
  [crm, bird] = [await openPartner(openCustomers, hub), await openPartner(openKdniao, hub)];
});
test.afterAll(async () => {
  await Promise.all([crm.stop(), bird.stop()]);
  await hub.stop();
});

const panel = (page: Page): Locator => page.getByRole('complementary', { name: /接入/ });
const row = (page: Page, id: string): Locator => page.locator(`[data-partner="${id}"]`);
async function fill(page: Page, label: string, value: string): Promise<void> {
  await panel(page).getByRole('textbox', { name: label, exact: true }).fill(value);
}
const press = (page: Page, name: string): Promise<void> => panel(page).getByRole('button', { name, exact: true }).click();

test('connects a customer system: its error is explained, its token is never shown again', async ({ page }) => {
  await openConsole(page, hub, 'settings/partners');
  await expect(page.getByText(/还没有接入合作方/)).toBeVisible();
  await expect(row(page, 'crm')).toContainText('未接入');
  await page.getByRole('button', { name: '接入客户系统（CRM）' }).click();
  await expect(panel(page)).toContainText('还缺：接口地址、访问令牌');
  await fill(page, '接口地址', crm.url);
  await fill(page, '访问令牌', 'not-the-token');
  await expect(panel(page).getByRole('textbox', { name: '访问令牌' })).toHaveAttribute('type', 'password');
  await press(page, '试连');
  await expect(panel(page).getByRole('alert')).toContainText('对方返回 HTTP 401：密钥或令牌不对');
  await fill(page, '访问令牌', crm.token);
  await expect(panel(page).getByText('内容已改动，请重新试连。')).toBeVisible();
  await press(page, '重新试连');
  await expect(panel(page).getByText('连接正常')).toBeVisible();
  await press(page, '保存并开启');
  await expect(page.getByText('客户系统（CRM）已接入并开启')).toBeVisible();
  await expect(panel(page).getByRole('textbox', { name: '访问令牌' })).toHaveValue('');
  await expect(panel(page).getByText('已保存', { exact: true })).toHaveCount(1);
  await expect(row(page, 'crm')).toContainText('待用');

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '试连客户系统（CRM）' }).click();
  await expect(page.getByText(/客户系统（CRM）：连接正常/)).toBeVisible();
  await expect(row(page, 'crm')).toContainText('正常');
  await expect(row(page, 'crm')).toContainText('ms');
  expect(JSON.stringify(await hub.ask('partners.connection', { id: 'crm' }))).not.toContain(crm.token);
});

test('says what is wrong with a partner that does not answer any more, and switches it off', async ({ page }) => {
  await crm.stop();
  await openConsole(page, hub, 'settings/partners');
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await page.getByRole('button', { name: '试连客户系统（CRM）' }).click();
    await expect(row(page, 'crm').locator('tr').first()).toContainText(String(attempt));
  }
  await expect(row(page, 'crm')).toContainText('已熔断');
  await expect(row(page, 'crm')).toContainText('无法连通');
  await expect(page.getByText('1 个有问题')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '管理客户系统（CRM）' }).click();
  await press(page, '停用');
  await expect(row(page, 'crm')).toContainText('已停用');
  await press(page, '解除接入');
  await press(page, '确认解除「客户系统（CRM）」');
  await expect(row(page, 'crm')).toContainText('未接入');
});

test('an order that awaits shipment gets a waybill from the carrier, and ships with it', async ({ page }) => {
  await hub.ask('partners.connect', {
    id: 'kdniao',
    values: { businessId: bird.businessId, apiKey: bird.apiKey, endpoint: bird.endpoint, Name: '苏州仓', Mobile: '13900000000' },
  });
  const channelOrderId = await hub.deliver('own', { status: 'awaiting_shipment' });
  const key = { channel: 'standard-webhooks', shopId: 'own', channelOrderId } as const;
  const { orderNo } = await hub.ask('orders.get', key);
  await openConsole(page, hub, 'settings/partners');
  await expect(row(page, 'kdniao')).toContainText('/hooks/partner/kdniao');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(orderNo);
  await page.getByRole('option').filter({ hasText: orderNo }).click();
  const order = page.getByRole('complementary', { name: '订单' });
  await order.getByRole('button', { name: '发货', exact: true }).click();
  await expect(order.getByRole('button', { name: '取电子面单' })).toBeDisabled();
  await order.locator('.n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: '中通快递' }).click();

  bird.refuseNext('余额不足，请充值');
  await order.getByRole('button', { name: '取电子面单' }).click();
  await expect(page.getByText('快递鸟不接受：105 余额不足，请充值')).toBeVisible();
  await order.getByRole('button', { name: '取电子面单' }).click();
  await expect(page.getByText(/已取得电子面单 ZTO7\d+，核对后确认发货/)).toBeVisible();
  const number = bird.waybills.get(orderNo) ?? '';
  await expect(order.getByRole('textbox', { name: '运单号' })).toHaveValue(number);
  await expectAccessible(page);

  await order.getByRole('button', { name: '取消面单' }).click();
  await expect(order.getByRole('textbox', { name: '运单号' })).toHaveValue('');
  expect([...bird.cancelled]).toEqual([number]);
  await order.getByRole('button', { name: '取电子面单' }).click();
  await expect(order.getByRole('textbox', { name: '运单号' })).toHaveValue(number);
  await order.getByRole('button', { name: '确认发货' }).click();
  await expect.poll(async () => (await hub.ask('orders.get', key)).status).toBe('shipped');
  expect((await hub.ask('orders.get', key)).trackingNumber).toBe(number);
  await expect(order.getByText(`取得中通快递电子面单 ${number}`).first()).toBeVisible();
});

test('tells while it loads, and when it cannot', async ({ page }) => {
  let answer: (() => void) | null = null;
  await page.route('**/rpc/partners.list', async (route) => {
    await new Promise<void>((resolve) => (answer = resolve));
    await route.fulfill({ status: 503, json: { ok: false, error: { code: 'store_unavailable', message: '磁盘已满' } } });
  });
  await openConsole(page, hub, 'settings/partners');
  await expect(page.getByRole('region', { name: '合作方' }).getByRole('status', { name: '正在读取' })).toBeVisible();
  await expect.poll(() => answer !== null).toBe(true);
  answer!();
  await expect(page.getByRole('alert')).toContainText('磁盘已满');
  await page.unroute('**/rpc/partners.list');
  await page.getByRole('button', { name: '重试' }).click();
  await expect(row(page, 'wms')).toContainText('未接入');
});

for (const theme of ['dark', 'light'] as const) {
  test(`page and form are accessible in ${theme}, in English too`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'settings/partners?partner=kdniao');
    await expect(panel(page).getByRole('textbox', { name: 'API Key' })).toBeVisible();
    await expectAccessible(page);
    await page.evaluate(() => localStorage.setItem('orderpulse.locale', 'en'));
    await page.reload();
    await expect(page.getByRole('complementary', { name: 'Connection of Kdniao' }).getByRole('textbox', { name: 'User ID' })).toBeVisible();
    await expect(
      page
        .getByRole('main')
        .getByText(/\p{Script=Han}/u)
        .filter({ visible: true }),
    ).toHaveCount(0);
    await expectAccessible(page);
  });
}
