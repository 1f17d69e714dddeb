import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible, openConsole, TROUBLE } from './support/console.ts';
import { CONFIG, startHub, type OrderFields, type TestHub } from './support/hub.ts';

const AGENT = { operator: 'lin', role: 'agent', token: 'e2e-agent-of-the-desk' } as const;
let hub: TestHub;

test.beforeAll(async () => {
  hub = await startHub(CONFIG, [AGENT]);
});
test.afterAll(() => hub.stop());

async function numberOf(fields: OrderFields): Promise<string> {
  const channelOrderId = await hub.deliver('own', fields);
  const key = { channel: 'standard-webhooks', shopId: 'own', channelOrderId } as const;
  await expect
    .poll(() =>
      hub.ask('orders.get', key).then(
        ({ orderNo }) => orderNo,
        () => '',
      ),
    )
    .not.toBe('');
  return (await hub.ask('orders.get', key)).orderNo;
}

/** The order panel, found by the order's number as a person finds it. */
async function openOrder(page: Page, orderNo: string): Promise<Locator> {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await palette.getByRole('combobox').fill(orderNo);
  await expect(palette.getByRole('option')).toContainText(orderNo);
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: '订单' });
  await expect(panel).toContainText(orderNo);
  return panel;
}

test('an agent reads why and why-not', async ({ page }) => {
  await test.step('why: the rule, its figures, and what every other rule says', async () => {
    const held = await numberOf({ channelOrderId: 'why-0001', buyerKey: 'why', ...TROUBLE.deepDiscount });
    await openConsole(page, hub, 'desk', AGENT.token);
    const shown = page.getByRole('article', { name: '案件' });
    await expect(shown).toContainText(held);
    const why = shown.locator('.explanation');
    await expect(why.locator('.result')).toContainText('优惠占比过高');
    await expect(why.locator('.result .compare').first()).toContainText('96');
    await why.getByText(/其余 \d+ 条规则为何没有拦截/).click();
    const burst = why.locator('[data-rule="same-buyer-burst"]');
    await expect(burst).toContainText('为 1，未满足「大于 3」，相差 2');
    await burst.locator('summary').click();
    await expect(burst.locator('.compare').first()).toContainText('3');
    await expect(why.locator('[data-rule="risk-service"]')).toContainText('等待数据源');
    await why.getByRole('searchbox').fill('短时多单');
    await expect(why.locator('[data-rule]')).toHaveCount(2);
    await why.getByRole('searchbox').fill('没有这条');
    await expect(why).toContainText('没有这个名称的规则');
    await why.getByRole('searchbox').fill('');
    await expectAccessible(page);
  });

  await test.step('why not: an order that passed says it of every rule', async () => {
    const passed = await numberOf({ channelOrderId: 'why-0002', buyerKey: 'calm', phone: '13900000001', address: '珠江路 2 号 3 幢' });
    const panel = await openOrder(page, passed);
    const why = panel.locator('.explanation');
    await why.getByText(/\d+ 条规则为何没有拦截/).click();
    await expect(why.locator('[data-rule="new-customer-large-order"]')).toContainText(/订单金额为 .*，未满足「大于 5000\.00 元」，相差 /);
    await expect(why).toContainText('已按存档输入重新推导，结论一致');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  await test.step('released: by whom, and what is new when it is held again', async () => {
    const message = (buyerMessage: string) => ({ channelOrderId: 'why-0003', buyerKey: 'word', phone: '13900000003', buyerMessage });
    const orderNo = await numberOf(message('这单是刷单'));
    const { version } = await hub.ask('orders.get', { orderNo });
    await hub.ask('holds.release', { orderNo, version, reason: '已核实' });
    const panel = await openOrder(page, orderNo);
    await expect(panel.locator('.explanation')).toContainText('命中');
    await page.keyboard.press('Escape');
    await hub.deliver('own', { ...message('刷单，返现'), type: 'order.paid' });
    await expect.poll(async () => (await hub.ask('orders.get', { orderNo })).hold?.kind).toBe('frozen');
    const again = await openOrder(page, orderNo);
    await expect(again.locator('.explanation')).toContainText(/新证据：出现「返现」，\S+ 放行时没有/);
    await page.keyboard.press('Escape');
  });
});

test('two orders of one person are put together, and apart again', async ({ page }) => {
  const person = { buyerKey: 'pair', phone: '13900000009', address: '珠江路 9 号 1 幢' };
  const first = await numberOf({ channelOrderId: 'pair-0001', ...person });
  const second = await numberOf({ channelOrderId: 'pair-0002', quantity: 2, goodsMinor: 9_000, paidMinor: 9_000, ...person });
  await openConsole(page, hub, 'desk', AGENT.token);
  const panel = await openOrder(page, second);
  const link = panel.locator(`[data-link="${first}"]`);
  await expect(link).toContainText('合并发货，省一个包裹');
  await link.getByRole('button', { name: '合并发货' }).click();
  await expect(link).toContainText('lin 于');
  for (const [orderNo, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const { linked } = await hub.ask('orders.get', { orderNo });
    expect(linked).toMatchObject([{ orderNo: other, decision: { action: 'ship-together', by: 'lin' } }]);
  }
  await expectAccessible(page);
  await link.getByRole('button', { name: '撤销' }).click();
  await expect(link).toContainText('省一个包裹');
  expect((await hub.ask('orders.get', { orderNo: first })).linked[0]).not.toHaveProperty('decision');
});
