import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import { ASSUMED_LIMITS, cursorList, secretField, STATIC_TOKEN } from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/**
 * Own stores by Standard Webhooks 1.0.0. Reading back is a convention of this product (docs/channels.md), offered by stores that give an
 * `endpoint`. Facts: standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
 */
export const manifest: ChannelManifest = {
  id: 'standard-webhooks',
  capabilities: {
    push: 'http',
    poll: true,
    refunds: 'in-order',
    ship: true,
    memo: false,
    stock: 'none',
    dayList: 'created',
    receiver: 'plain',
  },
  fields: [
    secretField({
      name: 'secret',
      aliases: ['signing_secret', 'webhook_secret'],
      label: { zh: '签名密钥', en: 'Signing secret' },
      help: {
        zh: '以 whsec_ 开头（对称）或以 whpk_ 开头（ed25519 公钥）',
        en: 'Begins with whsec_ (symmetric) or whpk_ (ed25519 public key)',
      },
      pattern: '^(whsec_|whpk_)?[A-Za-z0-9+/=]+$',
    }),
  ],
  options: [],
  limits: ASSUMED_LIMITS,
  polls: [cursorList({ maxSpanMs: DAY, lagMs: 2 * SECOND, overlapMs: MINUTE, granularityMs: 1, furthestBackMs: 365 * DAY })],
  token: STATIC_TOKEN,
  detailBatch: 1,
  clockToleranceMs: 5 * MINUTE,
  // Every store has an address of its own: without an `endpoint` there is nothing to read back.
  origin: '',
  orderIdPattern: '^\\S{1,200}$',
  webhookHelp: {
    zh: '让自建商城或桥接程序把订单与退款消息以 Standard Webhooks 签名后 POST 到此地址。请保留重试：建议 0 秒、5 秒、5 分钟、30 分钟、2 小时、5 小时、10 小时',
    en: 'Let the store or the bridge POST its order and refund messages to this address, signed with Standard Webhooks. Keep retries: 0 s, 5 s, 5 min, 30 min, 2 h, 5 h and 10 h are advised',
  },
  unconfirmed: [],
};
