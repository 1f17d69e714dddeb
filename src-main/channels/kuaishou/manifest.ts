import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  choiceOption,
  cursorList,
  plainField,
  refreshToken,
  secretField,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Kuaishou Shop (快手小店): polled by cursor. Facts: crywolfx/kuaishou-merchant-open-api, generated typings and packages/main.ts. */
export const manifest: ChannelManifest = {
  id: 'kuaishou',
  capabilities: {
    push: 'none',
    poll: true,
    refunds: 'both',
    ship: true,
    memo: true,
    stock: 'none',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'app_key',
      aliases: ['appkey', 'appId'],
      label: { zh: '应用 App Key', en: 'App key' },
      help: { zh: '快手电商开放平台 → 应用管理', en: 'Kuaishou e-commerce open platform, applications' },
    }),
    secretField({
      name: 'app_secret',
      aliases: ['secret', 'client_secret'],
      label: { zh: '应用 App Secret', en: 'App secret' },
      help: { zh: '用于续期授权，与签名密钥不是同一个', en: 'Renews the authorisation; it is not the sign secret' },
      need: 'optional',
    }),
    secretField({
      name: 'signSecret',
      label: { zh: '签名密钥 signSecret', en: 'Sign secret' },
      help: {
        zh: '应用详情中的 signSecret，与 App Secret 不同',
        en: 'signSecret of the application details, different from the app secret',
      },
    }),
    accessToken({
      help: { zh: '有效 48 小时，到期前自动续期', en: 'Lasts 48 hours and is renewed before it ends' },
      need: 'always',
    }),
    refreshToken({ zh: '有效 180 天', en: 'Lasts 180 days' }),
  ],
  options: [
    choiceOption({
      name: 'signMethod',
      label: { zh: '签名方式', en: 'Signature' },
      help: { zh: '两种都被平台接受', en: 'The platform accepts both' },
      choices: [
        { value: 'HMAC_SHA256', label: { zh: 'HMAC-SHA256', en: 'HMAC-SHA256' } },
        { value: 'MD5', label: { zh: 'MD5', en: 'MD5' } },
      ],
      unconfirmed: false,
    }),
    callsPerSecond(),
    unconfirmedCall('shipMethod', { zh: '发货接口', en: 'Method of the shipping call' }, 'open.seller.order.goods.deliver'),
    unconfirmedCall('memoMethod', { zh: '备注接口', en: 'Method of the memo call' }, 'open.seller.order.note.add'),
  ],
  limits: ASSUMED_LIMITS,
  polls: [
    cursorList({ pageSize: 50, maxSpanMs: DAY, lagMs: 2 * SECOND, overlapMs: MINUTE, granularityMs: 1 }),
    cursorList({ scope: 'refunds', maxSpanMs: DAY, lagMs: 2 * SECOND, overlapMs: MINUTE, granularityMs: 1 }),
  ],
  token: { kind: 'refreshed', refreshEarlyMs: 6 * HOUR, authoriseUrl: null },
  detailBatch: 1,
  clockToleranceMs: 10 * MINUTE,
  origin: 'https://openapi.kwaixiaodian.com',
  orderIdPattern: '^\\d{13,19}$',
  webhookHelp: null,
  unconfirmed: [
    { zh: '推送存在但格式未公开，因此只轮询', en: 'Pushes exist but their format is not published, so the shop is polled' },
    { zh: 'totalFee 是否就是实付金额', en: 'Whether totalFee is the sum paid' },
    { zh: '退款列表按更新时间查询（queryType 2）', en: 'That the refund list can be asked by change time (queryType 2)' },
    { zh: '发货与备注接口的名称和参数', en: 'Names and parameters of the shipping and memo calls' },
    {
      zh: '库存接口只有增减量，重复会出错，因此不回写',
      en: 'Stock can only be changed by differences, which cannot be repeated safely; it is not written back',
    },
    { zh: '错误码表、快递公司编号、店铺信息接口', en: 'The table of error codes, the carrier numbers, and the shop information call' },
  ],
};
