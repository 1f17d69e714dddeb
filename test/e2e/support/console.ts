import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { TOKEN, type TestHub } from './hub.ts';

/** Opens a page of the console as someone who is logged in. */
export async function openConsole(page: Page, hub: TestHub, path = 'monitor'): Promise<void> {
  const login = await page.request.post(`${hub.url}/login`, { data: { token: TOKEN } });
  expect(login.ok()).toBe(true);
  await page.goto(`${hub.url}/#/${path}`);
  await expect(page.getByRole('navigation').or(page.locator('main.wall')).first()).toBeVisible();
}

/** No serious or critical finding of axe on what is on screen. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.map(({ id, nodes }) => ({
      id,
      where: nodes.slice(0, 4).map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
    })),
  ).toEqual([]);
}

/** Orders that the shipped rules stop for sure. */
export const TROUBLE = {
  /** Coupon 96 % of the goods; limit 90 %: held. */
  deepDiscount: { goodsMinor: 40_000, discountMinor: 38_400, paidMinor: 1_600 },
  /** A forbidden word in the message: frozen. */
  forbiddenWord: { buyerMessage: '这单是刷单的，返现联系我' },
} as const;
