import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, openConsole, TROUBLE } from './support/console.ts';
import { startHub, TOKEN, type TestHub } from './support/hub.ts';

let hub: TestHub;
const numbers: Record<'plain' | 'held' | 'frozen', string> = { plain: '', held: '', frozen: '' };

test.beforeAll(async () => {
  hub = await startHub();
  numbers.plain = await hub.deliver('own', { channelOrderId: 'plain-0001' });
  numbers.held = await hub.deliver('flagship', { channelOrderId: 'coupon-0001', ...TROUBLE.deepDiscount });
  numbers.frozen = await hub.deliver('live', { channelOrderId: 'words-0001', ...TROUBLE.forbiddenWord });
  await expect.poll(async () => (await hub.ask('holds.list', {})).total).toBe(2);
});
test.afterAll(() => hub.stop());

test('asks for the token, says when it is wrong, and lets the right one in', async ({ page }) => {
  await page.goto(hub.url);
  const token = page.getByLabel('访问令牌');
  await token.fill('not-the-token-at-all');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert')).toContainText('令牌不对');
  await expectAccessible(page);
  await token.fill(TOKEN);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible();
});

test('switches language and theme, by button and by key, and keeps both', async ({ page }) => {
  await openConsole(page, hub);
  const root = page.locator('html');
  await expect(root).toHaveAttribute('lang', 'zh-CN');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await expect(page.getByRole('heading', { name: 'Monitor', level: 1 })).toBeVisible();
  await page.keyboard.press('Shift+T');
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Monitor', level: 1 })).toBeVisible();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.keyboard.press('Shift+L');
  await expect(page.getByRole('heading', { name: '监护', level: 1 })).toBeVisible();
});

test('runs commands and finds orders from the palette', async ({ page }) => {
  await openConsole(page, hub);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await expect(palette.getByRole('option', { name: '前往工作台' })).toContainText('GD');
  await palette.getByRole('combobox').fill('健康');
  await expect(palette.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/health/);
  await page.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('coupon-0001');
  await expect(palette.getByRole('option')).toContainText('coupon-0001');
  await expectAccessible(page);
  // A page that was still loading asks for the focus beneath it.
  await page.evaluate(() => document.querySelector<HTMLElement>('nav a')?.focus());
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: '订单' });
  await expect(panel).toContainText('coupon-0001');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/#\/monitor/);
});

test('opens the orders behind a figure, and an order with its reason', async ({ page }) => {
  await openConsole(page, hub);
  const strip = page.getByRole('contentinfo', { name: '全局指标' });
  await expect(strip.getByRole('button', { name: '拦截' })).toHaveText(/拦截\s*1/);
  await expect(strip.getByRole('button', { name: '冻结' })).toHaveText(/冻结\s*1/);
  await strip.getByRole('button', { name: '拦截' }).click();
  const panel = page.getByRole('complementary');
  await expect(panel.locator('.order-row')).toHaveCount(1);
  await panel.locator('.order-row').click();
  await expect(panel).toContainText('coupon-0001');
  await expect(panel.locator('.sentence')).toContainText('90');
  await expect(panel.locator('.explanation .compare').first()).toContainText('96');
  await expect(panel.getByRole('link', { name: '在工作台处理' })).toBeVisible();
  await expectAccessible(page);
  await panel.getByRole('button', { name: '返回' }).click();
  await expect(panel.locator('.order-row')).toHaveCount(1);
});

test('tells of a high-risk freeze while it happens', async ({ page }) => {
  await openConsole(page, hub);
  await expect(page.getByRole('button', { name: '告警' })).toBeVisible();
  await hub.deliver('live', { channelOrderId: 'words-0002', ...TROUBLE.forbiddenWord });
  await page.getByRole('button', { name: '1 条新告警' }).click();
  await page.getByRole('region', { name: '告警' }).getByRole('button').last().click();
  await expect(page.getByRole('complementary', { name: '订单' })).toContainText('words-0002');
});

test('keeps the picture when the hub goes, says for how long, and takes it up again by itself', async ({ page }) => {
  const own = await startHub();
  try {
    await own.deliver('flagship', TROUBLE.deepDiscount);
    await openConsole(page, own);
    const desk = page.getByRole('navigation').getByRole('link', { name: /工作台/ });
    await expect(desk).toContainText('1');
    await own.kill();
    const bar = page.getByText('与中枢的连接中断，正在重连');
    await expect(bar).toBeVisible();
    await expect(page.locator('.broken-bar')).toContainText(/距上次心跳 [2-9] s/);
    await expect(desk).toContainText('1');
    await expectAccessible(page);
    await own.start();
    await expect(bar).toBeHidden({ timeout: 30_000 });
    await own.deliver('flagship', { ...TROUBLE.deepDiscount, goodsMinor: 41_000, discountMinor: 39_400 });
    await expect(desk).toContainText('2');
  } finally {
    await own.stop();
  }
});

const PAGES = { monitor: '监护', desk: '工作台', inventory: '库存', health: '健康', rules: '规则', settings: '设置', wallboard: 'E2E' };

/** The page is there and has its data: its title stands, and nothing is still on its way. */
async function expectLoaded(page: Page, title: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(page.getByRole('status', { name: '正在读取' })).toHaveCount(0);
}

/** The others are looked at by their own files, with more on them. */
const LOOKED_AT_HERE = ['monitor', 'desk', 'wallboard'] as const;

for (const theme of ['dark', 'light'] as const) {
  for (const path of LOOKED_AT_HERE) {
    test(`${path} is accessible in ${theme}`, async ({ page }) => {
      await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
      await openConsole(page, hub, path);
      await expectLoaded(page, PAGES[path]);
      await expectAccessible(page);
    });
  }
}

for (const theme of ['dark', 'light'] as const) {
  test(`has no error on the console of the browser, on any page, in ${theme}`, async ({ page }) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub);
    for (const [path, title] of Object.entries(PAGES)) {
      await page.goto(`${hub.url}/#/${path}`);
      await expectLoaded(page, title);
    }
    expect(faults).toEqual([]);
  });
}

test('the build is small: the first load carries Chinese, and no invented hub, charts, editor or second language', () => {
  const folder = 'out/renderer';
  const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');
  const scripts = readdirSync(`${folder}/assets`).flatMap((name) => (name.endsWith('.js') ? [`assets/${name}`] : []));
  const holding = (pattern: RegExp): string[] => scripts.filter((name) => pattern.test(read(name)));
  expect(holding(/fakeCarrier|小鹿母婴/)).toEqual([]);
  // What every request looks like is checked by the hub: its schemas stay there.
  expect(holding(/Judges the orders of the last days/)).toEqual([]);
  const first = [...read('index.html').matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
  expect(first.length).toBeGreaterThan(1);
  expect(holding(/交叉核验/).filter((name) => first.includes(name))).toHaveLength(1);
  for (const late of [/registerTransform/, /sortable-ghost/, /Apply to open orders/]) {
    expect(holding(late).length).toBeGreaterThan(0);
    expect(holding(late).filter((name) => first.includes(name))).toEqual([]);
  }
  expect(first.reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0)).toBeLessThan(880_000);
});
