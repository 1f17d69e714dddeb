import { CHANNEL_IDS, CHANNELS } from '#shared/channels.ts';
import type { Manifest, Problem, TryResult } from '#shared/contract/connections.ts';
import type { DayAudit, FeedState } from '#shared/contract/feeds.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Answers } from './refusal.ts';
import { SHOPS } from './catalogue.ts';

const same = (text: string): LocalisedText => ({ zh: text, en: text });
const HTTP_PUSH = new Set(['douyin', 'youzan', 'wechat-store', 'shopify', 'lazada', 'woocommerce', 'standard-webhooks']);

function manifest(id: (typeof CHANNEL_IDS)[number]): Manifest {
  const poll = id !== 'standard-webhooks';
  return {
    id,
    code: CHANNELS[id].code,
    name: { zh: CHANNELS[id].zh, en: CHANNELS[id].en },
    capabilities: {
      push: HTTP_PUSH.has(id) ? 'http' : id === 'taobao' ? 'messages' : id === 'pinduoduo' ? 'socket' : 'none',
      poll,
      refunds: 'in-order',
      ship: poll && id !== 'xiaohongshu',
      memo: id === 'taobao' || id === 'douyin' || id === 'shopify',
      stock: id === 'taobao' || id === 'douyin' ? 'absolute' : 'none',
      dayList: poll ? 'created' : 'none',
      receiver: poll ? 'masked' : 'plain',
    },
    fields: [
      {
        name: 'app_key',
        label: same('App Key'),
        help: { zh: '开放平台的应用编号', en: 'The number of the app' },
        kind: 'text',
        need: 'always',
        pattern: '^[0-9]{4,}$',
      },
      {
        name: 'secret',
        label: same('App Secret'),
        help: { zh: '应用密钥', en: 'The secret of the app' },
        kind: 'secret',
        need: 'always',
        pattern: null,
      },
      { name: 'access_token', label: same('Access Token'), help: same(''), kind: 'secret', need: 'poll', pattern: null },
    ],
    options: [
      {
        name: 'callsPerSecond',
        label: { zh: '每秒调用上限', en: 'Calls per second' },
        help: { zh: '平台没有公布时按此值控制', en: 'Kept to where the platform publishes none' },
        kind: 'number',
        choices: [],
        default: 5,
        unconfirmed: true,
      },
    ],
    limits: [{ group: 'list', calls: 5, perMs: SECOND, basis: 'assumed' }],
    authoriseUrl: id === 'douyin' ? 'https://example.test/authorise' : null,
    webhookHelp: HTTP_PUSH.has(id)
      ? {
          zh: '在平台后台的「消息推送」里粘贴此地址，勾选订单与售后消息。',
          en: 'Paste it under "Messages" at the platform and tick orders and refunds.',
        }
      : null,
    unconfirmed: [],
  };
}

const REVOKED = (since: number): Problem => ({
  code: 'token-revoked',
  text: {
    zh: '授权已被撤销或无法续期。请管理员重新授权；恢复后会自动补齐期间的订单',
    en: 'The authorisation was revoked or cannot be renewed. An administrator has to authorise again; the orders of the time between are then caught up',
  },
  since,
  platform: { code: '27', message: 'Invalid session' },
});

/** How the invented shops are read: one stopped, one catching up, one off. */
export function feeds(at: number): FeedState[] {
  return SHOPS.map(({ channel, shopId, name }, index): FeedState => {
    const state = (['stopped', 'live', 'catching-up', 'live', 'off'] as const)[index] ?? 'live';
    return {
      channel,
      shopId,
      name,
      state,
      problem: state === 'stopped' ? REVOKED(at - 40 * MINUTE) : null,
      stream: channel === 'taobao' ? 'closed' : 'none',
      lastPollAt: state === 'off' ? null : at - 12 * SECOND,
      through: state === 'off' ? null : state === 'live' ? at - 20 * SECOND : at - 4 * HOUR,
      backlog: state === 'catching-up' ? { from: at - 6 * HOUR, to: at, through: at - 2 * HOUR } : null,
      wishes: state === 'catching-up' ? 128 : 0,
      callsPerSecond: state === 'off' ? 0 : 1.8 + index / 2,
      limitPerSecond: state === 'off' ? 0 : 5,
      clockOffMs: state === 'off' ? null : index * 900,
      tokenExpiresAt: channel === 'douyin' ? at + 5 * DAY : channel === 'jd' ? at + 9 * HOUR : null,
    };
  });
}

const ZONE = 8 * HOUR;
function days(at: number, count: number): DayAudit[] {
  const today = Math.floor((at + ZONE) / DAY) * DAY - ZONE;
  return SHOPS.flatMap(({ channel, shopId }, shop) =>
    Array.from({ length: count }, (_, index): DayAudit => {
      const there = 1_240 - shop * 180 - index * 37;
      const isUnknown = channel === 'standard-webhooks';
      const missing = shop === 0 && index === 1 ? 3 : shop === 2 && index === 0 ? 12 : 0;
      const state = isUnknown ? 'unknown' : missing === 0 ? 'equal' : shop === 2 ? 'filling' : 'missing';
      return {
        channel,
        shopId,
        day: today - index * DAY,
        state,
        checkedAt: isUnknown ? null : at - 20 * MINUTE,
        there: isUnknown ? 0 : there,
        here: isUnknown ? 0 : there - missing,
        missing,
        filled: state === 'filling' ? 5 : 0,
        extra: 0,
        error: null,
      };
    }),
  );
}

function sample(at: number): TryResult {
  return {
    ok: true,
    reason: null,
    orders: [
      {
        channelOrderId: '6917285510230912345',
        status: 'paid',
        rawStatus: '2',
        partiallyShipped: false,
        platformHold: null,
        currency: 'CNY',
        goodsMinor: 15_800,
        freightMinor: 0,
        discountMinor: 800,
        paidMinor: 15_000,
        createdAt: at - 3 * MINUTE,
        paidAt: at - 2 * MINUTE,
        updatedAt: at - 2 * MINUTE,
        buyerMask: '林**',
        receiverMask: { name: '林**', phone: '138****2046', region: '江苏省 苏州市 吴中区', address: '示例路***' },
        buyerMessage: '请尽快发货',
        sellerMemo: '',
        trackingNumber: null,
        presale: false,
        lines: [{ sku: 'MB-1007', name: '益生菌冷链装', quantity: 1, unitPriceMinor: 15_800, gift: false }],
      },
    ],
    refunds: [],
    wanted: [],
    unknown: [],
  };
}

function testCall(at: number, secret: string | undefined): MethodOutput<'shops.test'> {
  const isWrong = secret === 'wrong';
  const failed: LocalisedText = {
    zh: '平台拒绝了签名：应用密钥不正确。请重新填写（平台原话 25: Invalid signature）',
    en: 'The platform refused the signature: the app secret is wrong. Enter it again (the platform said 25: Invalid signature)',
  };
  const passed = (id: MethodOutput<'shops.test'>['steps'][number]['id'], zh: string, en: string) => ({
    id,
    state: 'passed' as const,
    text: { zh, en },
  });
  const skipped = { zh: '前面的步骤没有通过', en: 'An earlier step failed' };
  return {
    ok: !isWrong,
    steps: [
      passed('fields', '所需凭据都已填写', 'Every credential is there'),
      passed('reach', '38 ms 内应答', 'Answered within 38 ms'),
      passed('clock', '相差 0.2 秒', '0.2 s apart'),
      isWrong ? { id: 'token', state: 'failed', text: failed } : passed('token', '令牌有效至 12-01', 'Valid until 12-01'),
      isWrong ? { id: 'identity', state: 'skipped', text: skipped } : passed('identity', '小鹿母婴旗舰店', '小鹿母婴旗舰店'),
      isWrong ? { id: 'orders', state: 'skipped', text: skipped } : passed('orders', '最近 24 小时 412 单', '412 orders within 24 h'),
      isWrong ? { id: 'sample', state: 'skipped', text: skipped } : passed('sample', '字段全部认得', 'Every field is known'),
    ],
    identity: isWrong ? null : '4463798',
    shopName: isWrong ? null : '小鹿母婴旗舰店',
    sample: isWrong ? null : sample(at),
  };
}

type ChannelAnswers = Pick<
  Answers,
  Extract<
    keyof Answers,
    'channels.catalogue' | `shops.${string}` | `feeds.${string}` | `gaps.${string}` | `mapping.${string}` | 'tasks.list' | 'tasks.done'
  >
>;

/** The invented side of connections, feeds, gaps and mapping. A shop that was connected here stays for this visit. */
export function channelAnswers(now: () => number): ChannelAnswers {
  const kept = new Map<string, MethodOutput<'shops.connection'>>();
  const done = new Set<string>();
  const find = (channel: string, shopId: string): MethodOutput<'shops.connection'> => {
    const known = kept.get(`${channel}/${shopId}`);
    if (known) return known;
    const shop = SHOPS.find((one) => one.channel === channel && one.shopId === shopId) ?? SHOPS[0];
    if (!shop) throw new Error('no shop is invented');
    return {
      channel: shop.channel,
      shopId: shop.shopId,
      name: shop.name,
      source: shop.channel === 'standard-webhooks' ? 'file' : 'screen',
      on: true,
      push: HTTP_PUSH.has(shop.channel),
      poll: shop.channel !== 'standard-webhooks',
      door: 'native',
      endpoint: null,
      options: {},
      filled: ['app_key', 'secret', 'access_token'],
      identity: '4463798',
      webhookPath: `/hooks/${shop.channel}/${shop.shopId}`,
    };
  };
  return {
    'channels.catalogue': () => ({ items: CHANNEL_IDS.map(manifest) }),
    'shops.connection': ({ channel, shopId }) => find(channel, shopId),
    'shops.test': ({ fields }) => testCall(now(), fields['secret']),
    'shops.connect': ({ channel, shopId, name, fields, options, endpoint, push, poll, door }) => {
      const webhookPath = `/hooks/${channel}/${shopId}`;
      const filled = Object.keys(fields);
      kept.set(`${channel}/${shopId}`, {
        channel,
        shopId,
        name,
        source: 'screen',
        on: false,
        push,
        poll,
        door,
        endpoint,
        options,
        filled,
        identity: null,
        webhookPath,
      });
      return { channel, shopId, webhookPath };
    },
    'shops.switch': ({ channel, shopId, on }) => {
      kept.set(`${channel}/${shopId}`, { ...find(channel, shopId), on });
      return { channel, shopId, on };
    },
    'shops.authorise': ({ channel, shopId }) => ({ channel, shopId, expiresAt: now() + 7 * DAY }),
    'shops.remove': ({ channel, shopId }) => ({ channel, shopId }),
    'feeds.list': () => ({ items: feeds(now()) }),
    'feeds.poll': ({ channel, shopId }) => ({ channel, shopId }),
    'gaps.days': ({ days: count }) => ({ items: days(now(), count) }),
    'gaps.list': ({ channel, shopId, day }) => {
      const audit = days(now(), 31).find((one) => one.channel === channel && one.shopId === shopId && one.day === day);
      return {
        items: Array.from({ length: audit?.missing ?? 0 }, (_, index) => ({
          channelOrderId: `691728551023091${String(index).padStart(4, '0')}`,
          foundAt: now() - 20 * MINUTE,
          askedAt: index < (audit?.filled ?? 0) + 2 && audit?.state === 'filling' ? now() - 2 * MINUTE : null,
          filledAt: index < (audit?.filled ?? 0) ? now() - MINUTE : null,
          orderNo: null,
          error: null,
        })),
        next: null,
      };
    },
    'gaps.check': (key) => {
      const audit = days(now(), 31).find((one) => one.channel === key.channel && one.shopId === key.shopId && one.day === key.day);
      return audit ?? { ...key, state: 'unchecked', checkedAt: null, there: 0, here: 0, missing: 0, filled: 0, extra: 0, error: null };
    },
    'gaps.backfill': () => ({ asked: 3 }),
    'mapping.get': ({ channel }) => ({
      channel,
      statuses: (
        [
          ['1', 'pending_payment', '待确认', 'To be confirmed'],
          ['2', 'paid', '备货中', 'Being prepared'],
          ['3', 'shipped', '已发货', 'Shipped'],
          ['4', 'cancelled', '已取消', 'Cancelled'],
          ['5', 'completed', '已完成', 'Completed'],
          ['101', 'shipped', '部分发货', 'Partly shipped'],
          ['105', 'paid', '已支付，团购或审单中', 'Paid, group forming or under review'],
        ] as const
      ).map(([word, status, zh, en]) => ({
        word,
        status,
        partiallyShipped: word === '101',
        platformHold: word === '105' ? { zh: '拼团未成或审单中', en: 'the group is forming or the order under review' } : null,
        about: { zh, en },
        edited: word === '5',
      })),
      refunds: [
        { word: '6', meaning: 'open', edited: false },
        { word: '12', meaning: 'succeeded', edited: false },
        { word: '28', meaning: 'withdrawn', edited: false },
      ],
      complaints: [
        { word: '1', class: 'A', edited: false },
        { word: '0', class: 'B', edited: false },
        { word: '3', class: 'C', edited: false },
      ],
      unknown: [
        { kind: 'status', word: '117', seen: 14, lastAt: now() - 12 * MINUTE },
        { kind: 'field', word: 'cross_border_tag', seen: 3, lastAt: now() - 5 * HOUR },
      ],
      changedAt: now() - 3 * DAY,
      changedBy: '林晓',
      reread: null,
    }),
    'mapping.set': ({ channel, edits }) => ({
      channel,
      statuses: Object.entries(edits.statuses).map(([word, status]) => ({
        word,
        status,
        partiallyShipped: false,
        platformHold: null,
        about: same(''),
        edited: true,
      })),
      refunds: Object.entries(edits.refunds).map(([word, meaning]) => ({ word, meaning, edited: true })),
      complaints: Object.entries(edits.complaints).map(([word, kind]) => ({ word, class: kind, edited: true })),
      unknown: [],
      changedAt: now(),
      changedBy: '林晓',
      reread: null,
    }),
    'mapping.try': ({ payload, edits }) => {
      const read = sample(now());
      if (!payload.trim().startsWith('{'))
        return { ...read, ok: false, reason: { zh: '不是合法的 JSON', en: 'Not valid JSON' }, orders: [] };
      const isKnown = edits?.statuses['117'];
      if (!payload.includes('117')) return read;
      return {
        ...read,
        orders: read.orders.map((order) => ({ ...order, rawStatus: '117', status: isKnown ?? null })),
        unknown: isKnown ? [] : [{ kind: 'status', word: '117' }],
      };
    },
    'tasks.list': () => ({
      items: [
        {
          id: 'connection:taobao/flagship',
          kind: 'connection' as const,
          severity: 'high' as const,
          role: 'operations' as const,
          title: {
            zh: '天猫旗舰店的授权已被撤销，请管理员重新授权',
            en: 'The authorisation of 天猫旗舰店 was revoked; authorise it again',
          },
          orderNo: null,
          openedAt: now() - 40 * MINUTE,
          dueAt: null,
          state: 'open' as const,
        },
        {
          id: 'gap:taobao/flagship',
          kind: 'gap' as const,
          severity: 'medium' as const,
          role: 'operations' as const,
          title: {
            zh: '天猫旗舰店昨天缺 3 单，正在自动补录',
            en: 'Three orders of 天猫旗舰店 are missing since yesterday and being fetched',
          },
          orderNo: null,
          openedAt: now() - 20 * MINUTE,
          dueAt: null,
          state: 'open' as const,
        },
      ].filter(({ id }) => !done.has(id)),
      next: null,
    }),
    'tasks.done': ({ id }) => {
      done.add(id);
      return { id };
    },
  };
}
