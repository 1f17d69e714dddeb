import { afterEach, describe, expect, test } from 'vitest';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { FeedState } from '#shared/contract/feeds.ts';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import type { Desk } from '#simulators/kit/desk.ts';
import type { SimulatorState } from '#simulators/kit/types.ts';
import { ask } from '#test/support/hub.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);

interface Trouble {
  name: string;
  set: Partial<SimulatorState>;
  code: string;
  /** Words a person can act on. */
  zh: RegExp;
  en: RegExp;
  /** Noticed when the shop begins to be read, and every six hours; everything else with the next call. */
  noticedAtStart: boolean;
  /** Where it shows later than with the next call. */
  after?: Partial<Record<ChannelId, number>>;
  /** Platforms that do not have this trouble, and why. */
  without: Partial<Record<ChannelId, string>>;
}

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

const feed = async (open: World): Promise<FeedState> => (await ask(open.hub, 'feeds.list', {})).items[0] as FeedState;
const tasks = async (open: World) => (await ask(open.hub, 'tasks.list', {})).items.filter(({ kind }) => kind === 'connection');
const here = (open: World, id: string) => open.hub.store.orders.byPlatform(open.options.channel, 'main', id) !== null;

const BEARER = 'its calls carry a token and no signature';
const TROUBLES: readonly Trouble[] = [
  {
    name: 'a wrong secret',
    set: { secret: 'someone-elses-secret' },
    code: 'auth-wrong-secret',
    zh: /密钥不正确/,
    en: /secret is wrong/,
    noticedAtStart: false,
    // Its secret only fetches tokens: a wrong one shows when the token is renewed.
    after: { 'wechat-store': 2 * HOUR + 10 * MINUTE },
    without: { youzan: BEARER, shopify: BEARER },
  },
  {
    name: 'a revoked token',
    set: { revoked: true },
    code: 'token-revoked',
    zh: /授权已被撤销/,
    en: /authorisation was revoked/,
    noticedAtStart: false,
    without: { 'standard-webhooks': 'an own store issues no tokens' },
  },
  {
    name: 'a shrunk permission',
    set: { permitted: false },
    code: 'permission',
    zh: /缺少权限/,
    en: /lacks the permission/,
    noticedAtStart: false,
    without: {},
  },
  {
    name: 'a clock off by eleven minutes',
    set: { clockOffMs: -11 * MINUTE },
    code: 'clock-skew',
    zh: /相差 11 分钟/,
    en: /11 minutes off/,
    noticedAtStart: false,
    without: {
      youzan: BEARER,
      'wechat-store': BEARER,
      shopify: BEARER,
      woocommerce: 'it accepts a quarter of an hour',
      'standard-webhooks': 'it answers 401 whatever is wrong with a signature',
    },
  },
  {
    name: 'another shop behind the same credentials',
    set: { identity: '99887766' },
    code: 'shop-changed',
    zh: /另一家店铺「99887766」/,
    en: /another shop, "99887766"/,
    noticedAtStart: true,
    without: { 'standard-webhooks': 'an own store is its address', xiaohongshu: 'no call that names the shop is confirmed' },
  },
];

function restart({ hub }: World): void {
  hub.hub.feeds.stop();
  hub.hub.feeds.start();
}

async function open(channel: ChannelId): Promise<World> {
  world = await new World({ channel, seed: 7, faults: false, start: START, durable: false }).open();
  await world.until(START + 30 * SECOND);
  world.simulator.apply(paidOrder(channel, 1, world.time.now()), 'created');
  await world.until(world.time.now() + 4 * MINUTE);
  return world;
}

describe.each(CHANNEL_IDS)('%s says in words', (channel) => {
  for (const trouble of TROUBLES) {
    const why = trouble.without[channel];
    test.skipIf(why !== undefined)(`${trouble.name}${why === undefined ? '' : ` (not here: ${why})`}`, async () => {
      const { code, zh, en } = trouble;
      const opened = await open(channel);
      const first = paidOrder(channel, 1, 0).id;
      expect(here(opened, first)).toBe(true);
      expect(await feed(opened)).toMatchObject({ state: 'live', problem: null });

      if (trouble.noticedAtStart) {
        // Some platforms tell whose shop it is with its first order alone.
        restart(opened);
        await opened.until(opened.time.now() + MINUTE);
      }
      const good = { ...(opened.simulator as Desk).state };
      opened.simulator.set(trouble.set);
      if (trouble.noticedAtStart) restart(opened);
      await opened.until(opened.time.now() + (trouble.after?.[channel] ?? 2 * MINUTE));
      const stopped = await feed(opened);
      expect(stopped).toMatchObject({ state: 'stopped', problem: { code } });
      expect(stopped.problem?.text.zh).toMatch(zh);
      expect(stopped.problem?.text.en).toMatch(en);
      const [task] = await tasks(opened);
      expect(task).toMatchObject({ kind: 'connection', severity: 'high' });
      expect(task?.title.zh).toMatch(zh);

      opened.simulator.set(good);
      const missed = paidOrder(channel, 2, opened.time.now());
      opened.simulator.apply(missed, 'created');
      await opened.until(opened.time.now() + 12 * MINUTE);
      expect(await feed(opened)).toMatchObject({ problem: null });
      expect(await tasks(opened)).toEqual([]);
      expect(here(opened, missed.id)).toBe(true);
    });
  }
});
