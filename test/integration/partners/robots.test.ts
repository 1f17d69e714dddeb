import { afterEach, describe, expect, test } from 'vitest';
import type { Delivery } from '#main/hub/ports.ts';
import { robotDeliverer } from '#main/partners/robots/robot.ts';
import { dingtalkSign, feishuSign } from '#main/partners/robots/sign.ts';
import { jsonAnswer, openHttp } from '#simulators/kit/http.ts';
import type { ReceivedRequest } from '#simulators/kit/http.ts';

const NOW = 1_750_248_933_123;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function group(answer = '{"errcode":0,"errmsg":"ok"}') {
  const seen: ReceivedRequest[] = [];
  const place = await openHttp((request) => {
    seen.push(request);
    return Promise.resolve(jsonAnswer(answer));
  });
  closers.push(() => place.close());
  return {
    seen,
    url: `${place.url}/robot/send?access_token=very-secret`,
    textOf: (index: number) => seen[index]?.body.toString('utf8') ?? '',
  };
}
function held(index: number, sentence = '优惠券占实付 96%'): Delivery {
  return {
    topic: 'mail',
    key: `mail:SW${index}:1`,
    payload: { orderNo: `SW${index}`, sentence: { zh: sentence, en: 'x' } },
    createdAt: NOW,
    attempt: 1,
  };
}

describe('group robots', () => {
  test('DingTalk is signed in the address, Feishu in the body', async () => {
    const ding = await group();
    await robotDeliverer('robot:1:dingtalk', {
      kind: 'dingtalk',
      url: ding.url,
      secret: 'this is secret',
      timeoutMs: 1_000,
      now: () => NOW,
    }).deliver(held(1));
    expect(ding.seen[0]?.query.get('timestamp')).toBe('1750248933123');
    expect(ding.seen[0]?.query.get('sign')).toBe('fGOSZwCQF+1FmKVWtrJ7/iufsdLBDc8dMCkc1Ghd4HM=');
    expect(ding.seen[0]?.query.get('access_token')).toBe('very-secret');
    expect(JSON.parse(ding.textOf(0))).toMatchObject({ msgtype: 'text', text: { content: expect.stringContaining('SW1') as string } });
    const fei = await group('{"code":0}');
    await robotDeliverer('robot:2:feishu', { kind: 'feishu', url: fei.url, secret: 'demo', timeoutMs: 1_000, now: () => NOW }).deliver(
      held(1),
    );
    expect(JSON.parse(fei.textOf(0))).toMatchObject({
      timestamp: '1750248933',
      sign: 'I43yMwMB4Y7n/A+zkLzTfzPHZgExfO+pR6x/5WZorY0=',
      msg_type: 'text',
    });
    expect(dingtalkSign('1750248933123', 'this is secret')).not.toBe(feishuSign('1750248933123', 'this is secret'));
  });

  test('a burst is one message, and order text cannot call anybody', async () => {
    const { seen, url, textOf } = await group();
    const robot = robotDeliverer('robot:1:dingtalk', { kind: 'dingtalk', url, secret: undefined, timeoutMs: 1_000, now: () => NOW });
    await Promise.all(Array.from({ length: 16 }, (_, index) => robot.deliver(held(index, '@all [点我](http://example.com)'))));
    expect(seen).toHaveLength(1);
    expect(textOf(0)).toContain('16 个订单被拦截');
    expect(textOf(0)).toContain('另有 6 个');
    expect(textOf(0)).not.toMatch(/@|\]\(/);
  });

  test('the twenty-first message of a minute waits its time and costs no attempt', async () => {
    const { seen, url } = await group();
    let now = NOW;
    const robot = robotDeliverer('robot:1:dingtalk', { kind: 'dingtalk', url, secret: undefined, timeoutMs: 1_000, now: () => now });
    for (let index = 0; index < 20; index += 1) await robot.deliver(held(index));
    now += 20_000;
    await expect(robot.deliver(held(20))).rejects.toMatchObject({ permanent: false, retryAfterMs: 40_000 });
    now += 40_001;
    await robot.deliver(held(20));
    expect(seen).toHaveLength(21);
  });

  test.each([
    ['{"errcode":310000,"errmsg":"sign not match"}', true, null],
    ['{"errcode":130101,"errmsg":"send too fast"}', false, 60_000],
    ['{"code":19021,"msg":"sign match fail"}', true, null],
    ['{"code":9499,"msg":"too many"}', false, 60_000],
  ])('HTTP 200 with %s is no success', async (answer, permanent, retryAfterMs) => {
    const { url } = await group(answer);
    const robot = robotDeliverer('robot:1:feishu', { kind: 'feishu', url, secret: 'wrong', timeoutMs: 1_000, now: () => NOW });
    const error = await robot.deliver(held(1)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DeliveryError', permanent, retryAfterMs });
    expect(JSON.stringify([String(error), error])).not.toContain('very-secret');
  });
});
