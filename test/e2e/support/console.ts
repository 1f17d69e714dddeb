import AxeBuilder from '@axe-core/playwright';
import { expect, type BrowserContext, type Page } from '@playwright/test';
import { TOKEN, type TestHub } from './hub.ts';

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;
const LOGINS = new Map<string, Cookies>();

/** Logs in once per hub and person, as a person does: logging in again and again is what the hub's rate limit is there to refuse. */
async function logIn(page: Page, hub: TestHub, token: string): Promise<void> {
  const known = LOGINS.get(`${hub.url} ${token}`);
  if (known) {
    await page.context().addCookies(known);
    const hello = await page.request.post(`${hub.url}/rpc/session.hello`, { data: {} });
    if (hello.ok()) return;
  }
  const login = await page.request.post(`${hub.url}/login`, { data: { token } });
  expect(login.status()).toBe(200);
  LOGINS.set(`${hub.url} ${token}`, await page.context().cookies());
}

/** Opens a page of the console as someone who is logged in: the operator of this token. */
export async function openConsole(page: Page, hub: TestHub, path = 'monitor', token = TOKEN): Promise<void> {
  await logIn(page, hub, token);
  await page.goto(`${hub.url}/#/${path}`);
  await expect(page.getByRole('navigation').or(page.locator('main.wall')).first()).toBeVisible();
}

/** Until nothing slides or fades any more: a panel half way in tints the words beneath it. What moves for longer than that, a turn's bar, does not count. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().endTime ?? 0) <= 1_000);
    await Promise.allSettled(passing.map(({ finished }) => finished));
  });
}

/** No serious or critical finding of axe on what is on screen. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  // The console has no frames to put together in a page of their own, and what passed is nothing to tell in detail.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
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
