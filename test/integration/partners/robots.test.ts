import { afterEach, describe, expect, test } from 'vitest';
import { configSchema } from '#main/hub/config.ts';
import type { Delivery } from '#main/hub/ports.ts';
import { robotDeliverer, sayHello } from '#main/partners/robots/robot.ts';
import { dingtalkSign, feishuSign } from '#main/partners/robots/sign.ts';
import { jsonAnswer, openHttp } from '#simulators/kit/http.ts';
import type { ReceivedRequest } from '#simulators/kit/http.ts';
import { noFaults, scriptedFaults } from '#simulators/kit/faults.ts';
import { open } from '#simulators/partners/wecom/open.ts';
import type { WecomSimulator } from '#simulators/partners/wecom/open.ts';

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
    ['{"errcode":130101,"errmsg":"send too fast"}', false, 600_000],
    ['{"errcode":-1,"errmsg":"system busy"}', false, 60_000],
    ['{"errcode":"310000"}', true, null],
    ['{"errmsg":"ok"}', false, null],
    ['ok', false, null],
  ])('HTTP 200 of DingTalk with %s is no success', async (answer, permanent, retryAfterMs) => {
    const { url } = await group(answer);
    const robot = robotDeliverer('robot:1:dingtalk', { kind: 'dingtalk', url, secret: 'wrong', timeoutMs: 1_000, now: () => NOW });
    const error = await robot.deliver(held(1)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DeliveryError', permanent, retryAfterMs });
    expect(JSON.stringify([String(error), error])).not.toContain('very-secret');
  });

  test('a burst whose words end in the middle of a letter is cut before it', async () => {
    const { url, textOf } = await group();
    const robot = robotDeliverer('robot:1:dingtalk', { kind: 'dingtalk', url, secret: undefined, timeoutMs: 1_000, now: () => NOW });
    await robot.deliver(held(1, '🎁'.repeat(400)));
    const { text } = JSON.parse(textOf(0)) as { text: { content: string } };
    expect(text.content.isWellFormed()).toBe(true);
  });

  test.each([
    ['{"StatusCode":0,"StatusMessage":"success"}', null],
    ['{"code":19021,"msg":"sign match fail"}', { permanent: true, retryAfterMs: null }],
    ['{"code":9499,"msg":"too many"}', { permanent: false, retryAfterMs: 60_000 }],
    ['{"code":11232,"msg":"frequency limited"}', { permanent: false, retryAfterMs: 60_000 }],
  ])('Feishu answers %s', async (answer, expected) => {
    const { url } = await group(answer);
    const robot = robotDeliverer('robot:1:feishu', { kind: 'feishu', url, secret: 'wrong', timeoutMs: 1_000, now: () => NOW });
    if (expected === null) return void (await robot.deliver(held(1)));
    const error = await robot.deliver(held(1)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DeliveryError', ...expected });
  });
});

describe('a robot of WeCom', () => {
  let now = NOW;
  async function openWecom(faults = noFaults()): Promise<WecomSimulator> {
    now = NOW;
    const wecom = await open({ now: () => now, after: () => () => undefined, chance: () => 0.5, faults, hub: 'http://127.0.0.1:9' });
    closers.push(() => wecom.stop());
    return wecom;
  }
  const robotAt = (url: string) =>
    robotDeliverer('robot:1:wecom', { kind: 'wecom', url, secret: undefined, timeoutMs: 1_000, now: () => now });

  test('tells the group in Markdown, and order text is plain words', async () => {
    const wecom = await openWecom();
    await robotAt(wecom.address).deliver(held(1, '<font color="info">好评</font> @all [点我](http://example.com)\n# 标题'));
    expect(wecom.messages).toHaveLength(1);
    const [message] = wecom.messages;
    expect(message?.msgtype).toBe('markdown');
    const [title, ...lines] = (message?.content ?? '').split('\n');
    expect(title).toBe('<font color="warning">OrderPulse：1 个订单被拦截</font>');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^> 订单 SW1 已拦截：/);
    expect(lines[0]?.slice(2)).not.toMatch(/[<>@#[\]()]/);
  });

  test.each([
    ['of Chinese letters', '长'],
    ['of letters of four bytes', '🧧'],
  ])('a burst of long words %s fits, and what is left out is counted', async (_what, letter) => {
    const wecom = await openWecom();
    const robot = robotAt(wecom.address);
    await Promise.all(Array.from({ length: 25 }, (_, index) => robot.deliver(held(index, letter.repeat(400)))));
    expect(wecom.refusals).toEqual({});
    const content = wecom.messages[0]?.content ?? '';
    const named = content.split('\n').filter((line) => line.startsWith('> ')).length;
    expect(named).toBeGreaterThan(0);
    expect(content).toContain(`另有 ${25 - named} 个`);
    expect(content.isWellFormed()).toBe(true);
  });

  test('never sends more than twenty messages a minute, and the group refuses more than that', async () => {
    const wecom = await openWecom();
    const robot = robotAt(wecom.address);
    for (let index = 0; index < 20; index += 1) await robot.deliver(held(index));
    await expect(robot.deliver(held(20))).rejects.toMatchObject({ permanent: false, retryAfterMs: 60_000 });
    expect(wecom.calls).toBe(20);
    await expect(robotAt(wecom.address).deliver(held(21))).rejects.toMatchObject({ permanent: false, retryAfterMs: 60_000 });
    expect(wecom.refusals).toEqual({ rate: 1 });
    now += 60_001;
    await robot.deliver(held(22));
    expect(wecom.messages).toHaveLength(21);
  });

  test('with a wrong key is refused for good, and no error shows the key', async () => {
    const wecom = await openWecom();
    const error = await robotAt(wecom.address.replace(wecom.key, 'not-the-key'))
      .deliver(held(1))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ permanent: true, text: { zh: expect.stringContaining('93000') as string } });
    expect(JSON.stringify([String(error), error])).not.toContain('not-the-key');
  });

  test('that cannot be reached is tried again', async () => {
    const wecom = await openWecom(scriptedFaults([{ call: 'write', nth: 1, fault: 'error-500' }]));
    await expect(robotAt(wecom.address).deliver(held(1))).rejects.toMatchObject({ permanent: false });
    await robotAt(wecom.address).deliver(held(1));
    expect(wecom.messages).toHaveLength(1);
  });

  test('is a kind the configuration knows, and says hello when it is tried', async () => {
    const wecom = await openWecom();
    const robots = [{ kind: 'wecom' as const, url: wecom.address }];
    expect(configSchema.parse({ partners: { robots } }).partners.robots).toEqual(robots);
    await sayHello(robots, 1_000, () => now);
    expect(wecom.messages[0]?.content).toContain('测试消息');
  });
});
