import { HOUR, MINUTE } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  messagesOption,
  moneyUnit,
  numberedList,
  plainField,
  refreshToken,
  secretField,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Both lists are read alike. */
const LIST = { maxSpanMs: 30 * MINUTE, lagMs: 3 * MINUTE, overlapMs: 2 * MINUTE } as const;

/** Pinduoduo (POP): lists, details, and the message connection (PMC). Facts: tourze/pinduoduo-api-bundle; bububa/openpdd; POP guide. */
export const manifest: ChannelManifest = {
  id: 'pinduoduo',
  capabilities: {
    push: 'socket',
    poll: true,
    refunds: 'list',
    ship: true,
    memo: true,
    stock: 'none',
    dayList: 'paid',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'client_id',
      aliases: ['app_key'],
      label: { zh: 'client_id', en: 'Client id' },
      help: { zh: '拼多多开放平台 → 控制台 → 应用详情', en: 'Pinduoduo open platform, console, application details' },
    }),
    secretField({
      name: 'secret',
      aliases: ['client_secret', 'app_secret'],
      label: { zh: 'client_secret', en: 'Client secret' },
      help: { zh: '与 client_id 在同一页', en: 'On the same page as the client id' },
    }),
    accessToken({
      aliases: ['token', 'session'],
      help: { zh: '商家授权后得到；到期前自动续期', en: 'Given when the merchant authorises; renewed before it ends' },
    }),
    refreshToken({
      zh: '随授权令牌一同得到；没有则到期后须重新授权',
      en: 'Given with the access token; without it, authorise again once that ends',
    }),
  ],
  options: [
    callsPerSecond(),
    messagesOption({
      label: { zh: '接收消息推送', en: 'Use the message connection' },
      help: { zh: '应用须已开通消息服务；关闭后只轮询', en: 'The application has to be enabled for messages; off: polling alone' },
    }),
    moneyUnit('refundUnit', { zh: '售后列表的金额单位', en: 'Unit of sums in the after-sale list' }, 'yuan'),
    unconfirmedCall('shipMethod', { zh: '发货接口', en: 'Shipping call' }, 'pdd.logistics.online.send'),
    unconfirmedCall('memoMethod', { zh: '备注接口', en: 'Memo call' }, 'pdd.order.note.update'),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList({ ...LIST, entries: 'ids' }), numberedList({ scope: 'refunds', ...LIST })],
  token: { kind: 'refreshed', refreshEarlyMs: 2 * HOUR, authoriseUrl: null },
  detailBatch: 1,
  clockToleranceMs: 10 * MINUTE,
  origin: 'https://gw-api.pinduoduo.com',
  orderIdPattern: '^\\d{6}-\\d{15}$',
  webhookHelp: null,
  unconfirmed: [
    { zh: '调用频率上限，平台未公布', en: 'Rate limits; none are published' },
    {
      zh: '时间窗终点须早于平台时间 3 分钟（原文含糊），按此执行',
      en: 'A window has to end 3 minutes before the platform’s time; the wording is unclear, so it is kept',
    },
    { zh: '增量列表是否带完整字段：一律再取详情', en: 'Whether the changed list carries whole orders: details are always fetched' },
    {
      zh: '售后列表的金额单位与 after_sales_type 的取值',
      en: 'The unit of sums and the values of after_sales_type in the after-sale list',
    },
    { zh: '令牌续期接口 pdd.pop.auth.token.refresh', en: 'The call that renews a token, pdd.pop.auth.token.refresh' },
    { zh: '定金预售 step_trade_status 的取值', en: 'The values of step_trade_status of deposit orders' },
    { zh: '发货、备注接口的参数与物流公司编号', en: 'Parameters of the shipping and memo calls, and the carrier numbers' },
    { zh: '库存接口', en: 'The stock call' },
    { zh: '错误码表', en: 'The table of error codes' },
  ],
};
