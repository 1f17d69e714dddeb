import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doorFor, missingFields, readCredentials, secretsOf } from '#main/channels/keys.ts';
import { parseJson } from '#main/channels/kit/json.ts';
import { maskAddress, maskName, maskPhone, sensitive } from '#main/channels/kit/mask.ts';
import { adapterOf } from '#main/channels/registry.ts';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';

const pushOf = (channel: ChannelId) => adapterOf(channel).push;

describe('doors', () => {
  it('every channel has a door when it is bridged', () => {
    for (const channel of CHANNEL_IDS) {
      expect(doorFor({ channel, door: 'standard-webhooks' }, pushOf).door).toBe(pushOf('standard-webhooks'));
    }
  });

  it('a channel has its own door, or the reason why it has none', () => {
    expect(doorFor({ channel: 'shopify', door: 'native' }, pushOf).door).toBe(pushOf('shopify'));
    expect(doorFor({ channel: 'standard-webhooks', door: 'native' }, pushOf).door).toBe(pushOf('standard-webhooks'));
    const taobao = doorFor({ channel: 'taobao', door: 'native' }, pushOf);
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
    [{ secret: 'a', webhook_secret: 'b', previous_secret: 7 }, ['a', 'b']],
  ])('secrets of %j', (credentials, expected) => {
    expect(secretsOf(credentials)).toEqual(expected);
  });

  const field = (name: string, aliases: string[], need: 'always' | 'push' | 'poll') =>
    ({ name, aliases, need, kind: 'secret', pattern: null, label: { zh: '', en: '' }, help: { zh: '', en: '' } }) as const;
  const manifest = {
    fields: [field('app_key', ['clientId'], 'always'), field('secret', ['appSecret'], 'always'), field('access_token', [], 'poll')],
  };

  it.each([
    [{ app_key: 'k', secret: 's' }, { app_key: 'k', secret: 's' }, ['s']],
    [{ 'APP-KEY': ' k ', appSecret: ['s', 't'] }, { app_key: 'k', secret: 's' }, ['s', 't']],
    [{ client_id: 12, appsecret: 's', other: 'x', access_token: ' ' }, { app_key: '12', secret: 's' }, ['s']],
  ])('credentials %j by the names of the manifest', (raw, fields, secrets) => {
    const keys = readCredentials(manifest, raw);
    expect(keys).toEqual({ fields, secrets });
    expect(missingFields(manifest, keys, 'push')).toEqual([]);
    expect(missingFields(manifest, keys, 'poll')).toEqual(['access_token']);
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

  it('the readers never throw either', () => {
    const read = (channel: ChannelId, topic: string, body: Uint8Array) => {
      const { normalise, mapping } = adapterOf(channel);
      normalise({ topic, body, observedAt: null }, { channel, shopId: 's', options: {}, mapping });
    };
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('orders/paid', 'refunds/create', 'nonsense'), (value, topic) => {
        const body = Buffer.from(JSON.stringify(value));
        read('shopify', topic, body);
        read('standard-webhooks', '', body);
        read('standard-webhooks', '', Buffer.from(JSON.stringify({ type: 'order.paid', data: value })));
        read('standard-webhooks', '', Buffer.from(JSON.stringify({ type: 'refund.created', data: value })));
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
