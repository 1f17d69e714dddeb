import { expect, test, type Page } from '@playwright/test';
import { openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
test.beforeAll(async () => {
  hub = await startHub({ ...CONFIG, settings: { 'rules.twoPersons': 'off' } });
});
test.afterAll(() => hub.stop());

const SAVE = '**/rpc/rules.draft.save';
async function openDraft(page: Page, title: string): Promise<string> {
  const { id } = await hub.ask('rules.draft.create', { title, from: 'current' });
  await openConsole(page, hub, `rules?draft=${id}&rule=night-order`);
  await expect(page.locator('.palette')).toBeVisible();
  return id;
}
const nameKept = async (id: string): Promise<string> => {
  const { body } = await hub.ask('rules.draft', { id });
  return (body.rules as { id: string; name: { en: string } }[]).find((rule) => rule.id === 'night-order')?.name.en ?? '';
};

test('a saving that fails is tried again by itself, though the line never broke', async ({ page }) => {
  const id = await openDraft(page, '再试');
  let failures = 2;
  await page.route(SAVE, (route) => (failures-- > 0 ? route.abort() : route.continue()));
  await page.getByLabel('名称（英文）').fill('Saved after all');
  await expect(page.getByText('保存失败，会再试')).toBeVisible();
  await expect(page.getByText('已保存', { exact: true })).toBeVisible({ timeout: 20_000 });
  expect(await nameKept(id)).toBe('Saved after all');
});

test('what the hub refuses to save is said with the reason, and not tried over and over', async ({ page }) => {
  await openDraft(page, '不接受');
  let asked = 0;
  await page.route(SAVE, (route) => {
    asked += 1;
    return route.fulfill({ status: 400, json: { ok: false, error: { code: 'bad_request', message: '规则太长' } } });
  });
  await page.getByLabel('名称（英文）').fill('Too long');
  await expect(page.getByText('没有保存：中枢不接受')).toBeVisible();
  await expect(page.getByText('规则太长')).toBeVisible();
  await page.waitForTimeout(3_500);
  expect(asked).toBe(1);
});

test('leaving the page while nothing can be saved loses nothing', async ({ page }) => {
  const id = await openDraft(page, '离开');
  await page.route(SAVE, (route) => route.abort());
  await page.getByLabel('名称（英文）').fill('Written before leaving');
  await page.getByRole('link', { name: '健康' }).click();
  await expect(page.getByText('草稿「离开」有改动还没保存')).toBeVisible();
  await page.unroute(SAVE);
  await page.getByRole('button', { name: '回到草稿' }).click();
  await expect(page.getByText('已保存', { exact: true })).toBeVisible();
  await page.getByRole('navigation', { name: '草稿中的规则' }).getByRole('button', { name: '夜间订单' }).click();
  await expect(page.getByLabel('名称（英文）')).toHaveValue('Written before leaving');
  await expect.poll(() => nameKept(id)).toBe('Written before leaving');
});

test('what somebody else saved meanwhile stands against what was kept, and a person chooses', async ({ page }) => {
  const id = await openDraft(page, '两边');
  await page.route(SAVE, (route) => route.abort());
  await page.getByLabel('名称（英文）').fill('Mine');
  await page.getByRole('link', { name: '健康' }).click();
  await expect(page.getByText('草稿「两边」有改动还没保存')).toBeVisible();
  const { revision, body } = await hub.ask('rules.draft', { id });
  await hub.ask('rules.draft.save', { id, revision, title: '别人的', body });
  await page.unroute(SAVE);
  await page.getByRole('button', { name: '回到草稿' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '这份草稿已被改动' })).toBeVisible();
  await page.getByRole('button', { name: '把我的存为新草稿' }).click();
  await page.getByRole('navigation', { name: '草稿中的规则' }).getByRole('button', { name: '夜间订单' }).click();
  await expect(page.getByLabel('名称（英文）')).toHaveValue('Mine');
});

test('what cannot be tried or handed in before it is saved says so, and can as soon as it is', async ({ page }) => {
  await openDraft(page, '先存好');
  await page.route(SAVE, (route) => route.abort());
  await page.getByLabel('名称（中文）').fill('先存好的规则');
  await page.getByRole('button', { name: '开始试算' }).click();
  await expect(page.getByRole('status').filter({ hasText: '还没有保存：连上中枢' })).toBeVisible();
  await page.getByRole('button', { name: '提交', exact: true }).click();
  const handIn = page.getByRole('complementary', { name: '提交草稿' });
  await expect(handIn.getByText('还没有保存')).toBeVisible();
  await expect(handIn.getByRole('button', { name: '发布' })).toBeDisabled();
  await page.unroute(SAVE);
  await expect(handIn.locator('[data-difference="night-order"]')).toContainText('先存好的规则');
  await expect(handIn.getByRole('button', { name: '发布' })).toBeEnabled();
});

test('closing the window over something unsaved asks first', async ({ page }) => {
  await openDraft(page, '关窗');
  await page.getByLabel('名称（英文）').fill('Just typed');
  const dialog = page.waitForEvent('dialog');
  const closing = page.close({ runBeforeUnload: true });
  const asked = await dialog;
  expect(asked.type()).toBe('beforeunload');
  await asked.accept();
  await closing;
});
