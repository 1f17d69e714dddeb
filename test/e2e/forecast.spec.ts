import { expect, test } from '@playwright/test';
import { expectAccessible, openConsole } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
test.beforeAll(async () => {
  hub = await startHub();
});
test.afterAll(() => hub.stop());

test('a workspace with little history says what is missing, shows no figure, and can be reached from the monitor', async ({ page }) => {
  await hub.deliver('own', {});
  await openConsole(page, hub, 'monitor');
  await page.getByRole('link', { name: '可能延误' }).click();
  const list = page.getByRole('region', { name: '可能延误的订单' });
  await expect(list).toContainText('历史还不够，暂不预测');
  await expect(list).toContainText('还差 500 个已送达订单');
  await expect(page.getByRole('region', { name: '退货预测' })).toContainText('跟踪满 30 天的订单');
  await expect(page.getByRole('region', { name: '延误预测' })).not.toContainText('AUC');
  await expectAccessible(page);
});

test('what will probably come back has a list of its own, reached by a switch and by its address', async ({ page }) => {
  await openConsole(page, hub, 'monitor/forecast');
  await page.getByRole('radiogroup', { name: '预测什么' }).getByText('可能退货').click();
  await expect(page).toHaveURL(/kind=return/);
  await expect(page.getByRole('heading', { name: '可能退货', level: 1 })).toBeVisible();
  const list = page.getByRole('region', { name: '可能退货的订单' });
  await expect(list).toContainText('历史还不够，暂不预测');
  await expect(page.getByLabel('仓库', { exact: true })).toHaveCount(0);
  await page.reload();
  await expect(list).toBeVisible();
  await page.keyboard.press('Shift+L');
  await expect(page.getByRole('heading', { name: 'Probably returned', level: 1 })).toBeVisible();
  await expectAccessible(page);
});
