import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { MINUTE } from '#shared/time.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { StoreCondition } from '#main/hub/condition.ts';
import { configSchema } from '#main/hub/config.ts';
import { EventStream } from '#main/hub/event-stream.ts';
import { ShopCondition } from '#main/hub/feeds/shop-condition.ts';
import { createMetrics } from '#main/hub/metrics.ts';
import type { Store } from '#main/hub/ports.ts';
import { Publisher } from '#main/hub/publisher.ts';
import { Shops } from '#main/hub/shops.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';

const START = Date.UTC(2026, 5, 18, 2);
const TASK = 'connection:jd/main';
const revoked = () => new ChannelError('token-revoked', { platformCode: '19', platformMessage: 'token 已失效' });
const unreachable = () => new ChannelError('transient');

let store: Store;
let time: ManualTime;
let heard: { level: string; zh: string; en: string }[];
let recoveries: number;
let changes: number;
let full: boolean;

beforeEach(() => {
  store = openSqliteStore(':memory:');
  time = new ManualTime(START);
  [heard, recoveries, changes, full] = [[], 0, 0, false];
});
afterEach(() => (store as Store & { close(): void }).close());

function condition(): ShopCondition {
  const config = configSchema.parse({ shops: [{ channel: 'jd', shopId: 'main', name: '京东旗舰店', credentials: {} }] });
  const shop = new Shops(config.shops).find('jd', 'main');
  if (!shop) throw new Error('The shop is not there.');
  const stream = new EventStream('epoch', 100, () => time.now());
  stream.subscribe(({ name, payload }: StreamEvent) => {
    if (name !== 'notice.raised') return;
    const { level, text } = payload as { level: string; text: { zh: string; en: string } };
    heard.push({ level, ...text });
  });
  const publisher = new Publisher(stream, createMetrics(), time, 100);
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const parts = { store: guarded(), clock: time, publisher, condition: new StoreCondition(time, silent, () => undefined) };
  return new ShopCondition(shop, { ...parts, onRecovery: () => (recoveries += 1), onChange: () => (changes += 1) });
}

/** A disk that is full until it has room again. */
const guarded = (): Store => ({
  ...store,
  transaction: (work) => {
    if (full) throw new StoreError('full', 'SQLITE_FULL');
    return store.transaction(work);
  },
});

const tasks = () => store.tasks.openWithPrefix('connection:').map(({ key }) => key);

describe('an error only a person can mend', () => {
  test('stops the shop at once: the platform’s own words, one task and one alarm, however often it comes', () => {
    const shop = condition();
    shop.failed('orders', revoked());
    time.advanceTo(START + 5 * MINUTE);
    shop.failed('orders', revoked());
    shop.failed('refunds', revoked());
    expect([shop.state, shop.stopped]).toEqual(['stopped', true]);
    expect(shop.problem).toEqual({
      code: 'token-revoked',
      text: revoked().text,
      since: START,
      platform: { code: '19', message: 'token 已失效' },
    });
    expect(tasks()).toEqual([TASK]);
    expect(heard).toEqual([{ level: 'alarm', zh: `京东旗舰店：${revoked().text.zh}`, en: `京东旗舰店: ${revoked().text.en}` }]);
    expect(changes).toBe(1);
  });

  test('is over when everything it hit works again: the task is settled, the people are told, reading goes on', () => {
    const shop = condition();
    shop.failed('orders', revoked());
    shop.failed('refunds', revoked());
    shop.worked('orders');
    expect([shop.state, recoveries, tasks()]).toEqual(['stopped', 0, [TASK]]);
    shop.worked('refunds');
    expect([shop.state, shop.problem, recoveries, tasks()]).toEqual([null, null, 1, []]);
    expect(heard.map(({ level }) => level)).toEqual(['alarm', 'info']);
    // The next time it happens it is news again.
    shop.failed('orders', revoked());
    expect([tasks(), heard.length]).toEqual([[TASK], 3]);
  });

  test('comes before one that passes, whichever came first', () => {
    const shop = condition();
    for (let times = 0; times < 3; times += 1) shop.failed('details', unreachable());
    shop.failed('orders', revoked());
    expect(shop.problem?.code).toBe('token-revoked');
    shop.worked('orders');
    expect([shop.state, shop.problem?.code]).toEqual(['failing', 'transient']);
  });

  test('a task an earlier run left open is closed by the first orders read, and by nothing less', () => {
    condition().failed('orders', revoked());
    const afterRestart = condition();
    afterRestart.worked('identity');
    afterRestart.worked('stream');
    expect(tasks()).toEqual([TASK]);
    afterRestart.worked('orders');
    expect(tasks()).toEqual([]);
  });
});

describe('while the disk is full', () => {
  test('a shop that stops is told of all the same, and its task follows once there is room', () => {
    const shop = condition();
    full = true;
    shop.failed('orders', revoked());
    expect([shop.state, heard.map(({ level }) => level), tasks()]).toEqual(['stopped', ['alarm'], []]);
    shop.failed('orders', revoked());
    full = false;
    shop.failed('orders', revoked());
    expect([tasks(), heard.length]).toEqual([[TASK], 1]);
  });

  test('a shop that works again is read on, and its task is settled later', () => {
    const shop = condition();
    shop.failed('orders', revoked());
    full = true;
    shop.worked('orders');
    expect([shop.state, recoveries, heard.map(({ level }) => level), tasks()]).toEqual([null, 1, ['alarm', 'info'], [TASK]]);
    full = false;
    shop.worked('orders');
    expect([tasks(), recoveries, heard.length]).toEqual([[], 1, 2]);
  });

  test('a shop that stops and works again before there is room leaves no task', () => {
    const shop = condition();
    full = true;
    shop.failed('orders', revoked());
    shop.worked('orders');
    full = false;
    shop.worked('orders');
    expect([shop.state, tasks()]).toEqual([null, []]);
  });
});

describe('an error that passes', () => {
  test('is shown from the third in a row on, with the time of the first, and raises nobody', () => {
    const shop = condition();
    shop.failed('orders', unreachable());
    time.advanceTo(START + MINUTE);
    shop.failed('orders', unreachable());
    expect([shop.problem, shop.state, changes]).toEqual([null, null, 0]);
    shop.failed('orders', unreachable());
    expect([shop.problem?.since, shop.problem?.platform, shop.state, changes]).toEqual([START, null, 'failing', 1]);
    shop.failed('orders', unreachable());
    expect([changes, tasks(), heard]).toEqual([1, [], []]);
    shop.worked('orders');
    expect([shop.problem, changes, recoveries]).toEqual([null, 2, 0]);
  });

  test('is shown all the same when the errors take turns', () => {
    const shop = condition();
    for (const code of ['transient', 'bad-answer', 'transient'] as const) shop.failed('orders', new ChannelError(code));
    expect([shop.state, shop.problem?.code, shop.problem?.since]).toEqual(['failing', 'transient', START]);
  });

  test('counts anew after a success, and for every thing the shop is asked for', () => {
    const shop = condition();
    for (let times = 0; times < 2; times += 1) shop.failed('orders', unreachable());
    shop.worked('orders');
    for (let times = 0; times < 2; times += 1) {
      shop.failed('orders', unreachable());
      shop.failed('details', unreachable());
    }
    expect(shop.problem).toBeNull();
    shop.failed('details', unreachable());
    expect(shop.problem?.code).toBe('transient');
  });

  test('a platform that asks to slow down, or knows no such order, is in order itself', () => {
    const shop = condition();
    for (let times = 0; times < 9; times += 1) {
      shop.failed('orders', new ChannelError('rate-limited', { retryAfterMs: 2_000 }));
      shop.failed('details', new ChannelError('not-found'));
    }
    expect([shop.state, shop.problem, changes, tasks()]).toEqual([null, null, 0, []]);
  });
});
