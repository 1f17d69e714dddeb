import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doorFor, secretsOf } from '#main/channels/door.ts';
import { parseJson } from '#main/channels/json.ts';
import { maskAddress, maskName, maskPhone, sensitive } from '#main/channels/mask.ts';
import { shopifyDoor } from '#main/channels/shopify/door.ts';
import { standardWebhooksDoor } from '#main/channels/standard-webhooks/door.ts';
import { CHANNEL_IDS } from '#shared/channels.ts';

describe('doors', () => {
  it('every channel has a door when it is bridged', () => {
    for (const channel of CHANNEL_IDS) {
      expect(doorFor({ channel, shopId: 's', door: 'standard-webhooks' }).door).toBe(standardWebhooksDoor);
    }
  });

  it('a channel has its own door, or the reason why not yet', () => {
    expect(doorFor({ channel: 'shopify', shopId: 's', door: 'native' }).door).toBe(shopifyDoor);
    expect(doorFor({ channel: 'standard-webhooks', shopId: 's', door: 'native' }).door).toBe(standardWebhooksDoor);
    const taobao = doorFor({ channel: 'taobao', shopId: 's', door: 'native' });
    expect(taobao.door).toBeNull();
    expect(taobao.reason?.en).toContain('Taobao');
    expect(taobao.reason?.zh).toContain('淘宝');
  });

  it.each([
    [{}, []],
    [{ secret: 'a' }, ['a']],
    [{ secret: ['a', ' ', 'b'] }, ['a', 'b']],
    [{ secret: 'a', previousSecret: 'b' }, ['a', 'b']],
    [{ secret: '', previousSecret: ' ' }, []],
  ])('secrets of %j', (credentials, expected) => {
    expect(secretsOf(credentials)).toEqual(expected);
  });
});

describe('JSON from outside', () => {
  const parse = (text: string) => parseJson(Buffer.from(text));

  it.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['1.0000000000000002', 1.0000000000000002],
    ['"9007199254740993"', '9007199254740993'],
    ['{"a":[1,22319583490011223341]}', { a: [1, '22319583490011223341'] }],
  ])('%s', (text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it('keeps every integer exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (id) => {
        const parsed = parse(`{"id":${id}}`);
        return parsed.ok && String((parsed.value as { id: unknown }).id) === String(id);
      }),
    );
  });

  it('never throws, whatever the bytes, and says why it cannot read them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parseJson(bytes);
        return parsed.ok || (parsed.reason.zh !== '' && parsed.reason.en !== '');
      }),
    );
    expect(parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({
      ok: false,
      reason: { en: expect.stringContaining('UTF-8') as string },
    });
    expect(parse('')).toMatchObject({ ok: false });
    expect(parse(`${'['.repeat(200_000)}1234567890123456`)).toMatchObject({ ok: false });
  });

  it('the doors never throw either', () => {
    const shop = { channel: 'shopify', shopId: 's', door: 'native' } as const;
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('orders/paid', 'refunds/create', 'nonsense'), (value, topic) => {
        const body = Buffer.from(JSON.stringify(value));
        shopifyDoor.normalise(topic, body, shop);
        standardWebhooksDoor.normalise('', body, shop);
        standardWebhooksDoor.normalise('', Buffer.from(JSON.stringify({ type: 'order.paid', data: value })), shop);
        standardWebhooksDoor.normalise('', Buffer.from(JSON.stringify({ type: 'refund.created', data: value })), shop);
      }),
    );
  });
});

describe('masks', () => {
  it.each([
    ['陈小明', '陈**'],
    ['Demo Buyer', 'D**'],
    ['𠮷野', '𠮷**'],
    [' ', ''],
  ])('name %j', (name, mask) => expect(maskName(name)).toBe(mask));

  it.each([
    ['13812345678', '138****5678'],
    ['+86 138-1234-5678', '138****5678'],
    ['008613812345678', '138****5678'],
    ['+1 415 555 0100', '141****0100'],
    ['0512-6522', '05****22'],
    ['110', '****'],
    ['unknown', '****'],
    ['', ''],
  ])('phone %j', (phone, mask) => expect(maskPhone(phone)).toBe(mask));

  it.each([
    ['示例路1号', '**路**号'],
    ['平江路1号2幢3单元401室', '**路**号**幢**单元**室'],
    ['附近超市旁', '**'],
    ['1 Demo Rd', '**'],
    ['', ''],
  ])('address %j', (address, mask) => expect(maskAddress(address)).toBe(mask));

  it('a mask never contains four digits in a row from the middle of a phone number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^1\d{10}$/), (phone) => {
        const mask = maskPhone(phone);
        return mask === `${phone.slice(0, 3)}****${phone.slice(7)}`;
      }),
    );
  });

  it('a platform’s own mask is kept; blanks are nothing', () => {
    expect(sensitive(null, maskName, '陈**')).toEqual({ plain: null, mask: '陈**', index: null });
    expect(sensitive('  ', maskName)).toEqual({ plain: null, mask: '', index: null });
    expect(sensitive('陈小明', maskName, ' ')).toEqual({ plain: '陈小明', mask: '陈**', index: null });
  });
});
