import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  numberedList,
  plainField,
  refreshToken,
  secretField,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Both lists are read alike. */
const LIST = { firstPage: 0, deepestPage: 99, maxSpanMs: HOUR, lagMs: 2 * SECOND, overlapMs: MINUTE } as const;

/** Douyin Shop (抖店): HTTP messages and `order.searchList`. Facts: zsmhub/doudian-sdk; the vendor's Java SDK. */
export const manifest: ChannelManifest = {
  id: 'douyin',
  capabilities: {
    push: 'http',
    poll: true,
    refunds: 'list',
    ship: true,
    memo: true,
    stock: 'absolute',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'app_key',
      aliases: ['appKey', 'appId', 'client_id'],
      label: { zh: '应用 App Key', en: 'App key' },
      help: { zh: '抖店开放平台 → 控制台 → 应用详情', en: 'Douyin Shop open platform, console, application details' },
    }),
    secretField({
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: '应用 App Secret', en: 'App secret' },
      help: { zh: '与 App Key 在同一页；也用于校验推送签名', en: 'On the same page as the app key; also checks the signature of pushes' },
    }),
    accessToken({
      aliases: ['session'],
      help: {
        zh: '店铺授权后得到，7 天有效，到期前自动续期',
        en: 'Given when the shop authorises; lasts 7 days and is renewed before it ends',
      },
    }),
    refreshToken({ zh: '14 天有效，每次续期都会换新', en: 'Lasts 14 days and is replaced with every renewal' }),
  ],
  options: [
    callsPerSecond(),
    unconfirmedCall('shipPath', { zh: '发货接口', en: 'Path of the shipping call' }, '/order/logisticsAdd'),
    unconfirmedCall('memoPath', { zh: '备注接口', en: 'Path of the memo call' }, '/order/addOrderRemark'),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList(LIST), numberedList({ scope: 'refunds', ...LIST })],
  token: { kind: 'refreshed', refreshEarlyMs: DAY, authoriseUrl: null },
  detailBatch: 1,
  clockToleranceMs: 10 * MINUTE,
  origin: 'https://openapi-fxg.jinritemai.com',
  orderIdPattern: '^\\d{16,20}$',
  webhookHelp: {
    zh: '抖店开放平台 → 应用 → 消息推送：粘贴此地址，勾选订单与售后的全部消息',
    en: 'Douyin Shop open platform, application, message push: paste this address and tick every order and after-sale message',
  },
  unconfirmed: [
    {
      zh: '列表的最大页深，按 1 万条处理，超出时自动拆分时间窗',
      en: 'How deep the list may be paged; 10,000 rows are assumed, longer windows are split',
    },
    { zh: '推送失败后的重试次数', en: 'How often a failed push is repeated' },
    {
      zh: 'origin_amount 是单价还是行金额，两种都按订单合计核对',
      en: 'Whether origin_amount is the price of a piece or of the line; both are checked against the sum of the order',
    },
    { zh: '发货与备注接口的路径和参数', en: 'Paths and parameters of the shipping and memo calls' },
    { zh: '平台时间允许误差，按 10 分钟', en: 'Tolerance of clocks; 10 minutes are assumed' },
    {
      zh: '错误码表、快递公司代码、换取与续期令牌的路径',
      en: 'The table of error codes, the carrier codes, and the paths that give and renew a token',
    },
  ],
};
