import { expect, test, type Page } from '@playwright/test';
import { openConsole, TROUBLE } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;

test.beforeAll(async () => {
  hub = await startHub();
});
test.afterAll(() => hub.stop());

const lane = (page: Page, name: string): ReturnType<Page['locator']> => page.getByRole('region', { name });
const stage = (page: Page, name: string): ReturnType<Page['locator']> => page.getByRole('button', { name: new RegExp(`^${name}：`) });

test('a workspace without orders says how to get the first one, and shows it when it comes', async ({ page }) => {
  await openConsole(page, hub);
  await expect(page.getByRole('heading', { name: '还没有订单' })).toBeVisible();
  await page.getByRole('button', { name: '打开渠道设置' }).click();
  await expect(page).toHaveURL(/#\/settings/);
  await page.goto(`${hub.url}/#/monitor`);
  await hub.deliver('own', { channelOrderId: 'first-0001' });
  await expect(lane(page, '品牌商城')).toBeVisible();
});

test('every order is a beat on its lane, named under the pointer and opened by a click', async ({ page }) => {
  await openConsole(page, hub);
  await hub.deliver('flagship', { channelOrderId: 'beat-0001', goodsMinor: 88_800 });
  const trace = lane(page, '天猫旗舰店').getByRole('button', { name: /天猫旗舰店：在线/ });
  await expect(trace).toBeVisible();
  const box = await trace.boundingBox();
  if (!box) throw new Error('the lane has no box');
  await expect(async () => {
    await page.mouse.move(box.x + box.width - 3, box.y + box.height / 2);
    await expect(trace.getByRole('status')).toContainText('¥888.00', { timeout: 500 });
  }).toPass();
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByRole('complementary', { name: '订单' })).toContainText('beat-0001');
});

test('a lane can be read and opened by keyboard alone', async ({ page }) => {
  await hub.deliver('own', { channelOrderId: 'keyboard-0001' });
  await openConsole(page, hub);
  const trace = lane(page, '品牌商城')
    .getByRole('button', { name: /品牌商城/ })
    .first();
  await trace.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(trace.getByRole('status')).toContainText('通过');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: '订单' })).toContainText('keyboard-0001');
});

test('the stage line counts orders where they stand and opens them', async ({ page }) => {
  await openConsole(page, hub);
  const reviewed = await hub.deliver('live', { channelOrderId: 'review-0001', ...TROUBLE.deepDiscount });
  await expect(stage(page, '审核')).toHaveAccessibleName(/1 单/);
  await stage(page, '审核').click();
  const panel = page.getByRole('complementary', { name: '审核的订单' });
  await expect(panel.locator('.order-row')).toHaveCount(1);
  const order = await hub.ask('orders.get', { channel: 'douyin', shopId: 'live', channelOrderId: reviewed });
  await expect(panel).toContainText(order.orderNo);
  await hub.ask('holds.release', { orderNo: order.orderNo, version: order.version, reason: '买家已确认' });
  await expect(stage(page, '审核')).toHaveAccessibleName(/：0 单/);
});

test('says that nothing is stuck, and what will appear', async ({ page }) => {
  await openConsole(page, hub);
  await expect(page.getByRole('region', { name: '卡住的订单' })).toContainText('没有卡住的订单');
});

test('the time machine goes back and returns to live', async ({ page }) => {
  await hub.deliver('own');
  await openConsole(page, hub);
  const slider = page.getByRole('slider', { name: '时间回放' });
  await expect(slider).toHaveAttribute('aria-valuetext', '实时');
  await page.keyboard.press('[');
  await expect(slider).toHaveAttribute('aria-valuetext', /\d\d-\d\d \d\d:\d\d 的画面/);
  await expect(page.getByRole('heading', { name: '那一刻没有记录' })).toBeVisible();
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(slider).toHaveValue('-20');
  await page.getByRole('button', { name: '实时', exact: true }).click();
  await expect(slider).toHaveAttribute('aria-valuetext', '实时');
  await expect(lane(page, '品牌商城')).toBeVisible();
});

test('the time machine shows a moment as it was, while the present goes on', async ({ page }) => {
  const own = await startHub({ ...CONFIG, settings: { sampleMs: 1_000 } });
  try {
    await own.deliver('own', { channelOrderId: 'then-0001' });
    await openConsole(page, own);
    await expect(stage(page, '已付款')).toHaveAccessibleName(/：1 单/);
    await page.waitForTimeout(2_500);
    const then = Date.now();
    await page.waitForTimeout(1_500);
    // The slider goes in steps of minutes and this hub is seconds old: the moment it asks for is put where there is a picture.
    await page.route('**/rpc/pulse.snapshot', async (route) => {
      const asked = route.request().postDataJSON() as { at?: number };
      await route.continue(asked.at === undefined ? {} : { postData: JSON.stringify({ at: then }) });
    });
    await own.deliver('flagship', { channelOrderId: 'now-0001' });
    await expect(stage(page, '已付款')).toHaveAccessibleName(/：2 单/);
    await page.keyboard.press('[');
    await expect(stage(page, '已付款')).toHaveAccessibleName(/：1 单/);
    await page.keyboard.press('l');
    await expect(stage(page, '已付款')).toHaveAccessibleName(/：2 单/);
  } finally {
    await own.stop();
  }
});

test('the wallboard shows giant figures, lanes and its own age, takes turns, and lets go with Escape', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await openConsole(page, hub, 'wallboard');
  await expect(page.locator('.wall-figure')).toHaveCount(4);
  const size = await page
    .locator('.wall-figure .value')
    .first()
    .evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  expect(size).toBeGreaterThan(120);
  await expect(page.locator('.wall header')).toContainText(/数据 \d+ s 前/);
  await expect(page.locator('.lane')).toHaveCount(3);
  await expect(page.getByText('在途订单')).toBeVisible({ timeout: 25_000 });
  await expect(page.locator('.wall-stages .stage')).toHaveCount(3);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/#\/monitor/);
});
