import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible, openConsole, TROUBLE } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
const GOOD = 7;

test.beforeAll(async () => {
  hub = await startHub();
});
test.afterAll(() => hub.stop());

const part = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: '五个部分' }).getByRole('button', { name: new RegExp(name) });

test('a workspace without orders says that nothing was measured, and shows no zero', async ({ page }) => {
  await openConsole(page, hub, 'health');
  await expect(page.getByRole('region', { name: '订单健康指数' })).toContainText('未测量');
  await expect(page.getByRole('region', { name: '五个部分' }).getByText('未测量')).toHaveCount(5);
  await expect(page.getByRole('region', { name: '按渠道与店铺' })).toContainText('没有订单');
});

test('shows the index, its change, and each part with formula and counts', async ({ page }) => {
  for (let count = 0; count < GOOD; count += 1) await hub.deliver('own', {});
  await hub.deliver('flagship', TROUBLE.deepDiscount);
  await expect.poll(async () => (await hub.ask('health.current', {})).parts[4]?.measured).toBe(GOOD + 1);
  const { ohi } = await hub.ask('health.current', {});
  await openConsole(page, hub, 'health');
  const score = page.getByRole('region', { name: '订单健康指数' });
  await expect(score.locator('.value')).toHaveText((ohi ?? 0).toFixed(1));
  await expect(score).toContainText('昨日此时没有样本');
  await expect(part(page, '可控')).toContainText('87.5');
  await part(page, '可控').click();
  await expect(page.locator('#formula-controllability')).toContainText('无需人工处理的订单 ÷ 已判订单');
  await expect(page.locator('#formula-controllability')).toContainText(`${GOOD} 单达标 ÷ ${GOOD + 1} 单已测量`);
  await score.getByRole('button', { name: '公式' }).click();
  await expect(score).toContainText('87.5 × 20');
  await score.getByRole('button', { name: /计入/ }).click();
  await expect(page.getByRole('complementary', { name: '计入指数的订单' }).locator('.order-row')).toHaveCount(GOOD + 1);
});

test('changes range and shop, and shows the parts as a radar', async ({ page }) => {
  await openConsole(page, hub, 'health');
  const asked = page.waitForRequest((request) => request.url().endsWith('/rpc/health.current') && /168/.test(request.postData() ?? ''));
  await page.getByText('7 天').click();
  await asked;
  await expect(page.getByRole('radio', { name: '7 天' })).toBeChecked();
  await page
    .getByRole('region', { name: '按渠道与店铺' })
    .getByRole('button', { name: /品牌商城/ })
    .click();
  await expect(page.getByRole('combobox', { name: '渠道' })).toHaveValue('standard-webhooks/own');
  await expect(part(page, '可控')).toContainText('100.0');
  await page.getByRole('combobox', { name: '渠道' }).selectOption('taobao/flagship');
  await expect(part(page, '可控')).toContainText('0.0');
  await page.getByRole('combobox', { name: '渠道' }).selectOption('');
  await page.getByText('雷达').click();
  await expect(page.getByRole('img', { name: /时效 100\.0/ })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`is accessible in ${theme}`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'health');
    await part(page, '时效').click();
    await expect(page.locator('#formula-timeliness')).toBeVisible();
    await expectAccessible(page);
  });
}
