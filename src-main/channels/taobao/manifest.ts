import { MINUTE, SECOND } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  choiceOption,
  messagesOption,
  numberedList,
  plainField,
  secretField,
  STATIC_TOKEN,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest, ShopOption } from '../manifest.ts';

const SIGN_METHODS: ShopOption['choices'] = [
  { value: 'hmac-sha256', label: { zh: 'HMAC-SHA256', en: 'HMAC-SHA256' } },
  { value: 'hmac', label: { zh: 'HMAC-MD5', en: 'HMAC-MD5' } },
  { value: 'md5', label: { zh: 'MD5', en: 'MD5' } },
];
const SHIP_METHODS: ShopOption['choices'] = [
  { value: 'taobao.logistics.offline.send', label: { zh: '自己联系物流', en: 'Own carrier' } },
  { value: 'taobao.logistics.online.send', label: { zh: '在线下单', en: 'Ordered through Taobao' } },
];

/** Taobao and Tmall (TOP): the changed list, details, and the message service. Facts: bububa/opentaobao metadata; TOP guide 101617. */
export const manifest: ChannelManifest = {
  id: 'taobao',
  capabilities: {
    push: 'messages',
    poll: true,
    refunds: 'in-order',
    ship: true,
    memo: true,
    stock: 'absolute',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'app_key',
      aliases: ['client_id'],
      label: { zh: 'AppKey', en: 'App key' },
      help: { zh: '淘宝开放平台 → 应用管理 → 概览', en: 'Taobao open platform, applications, overview' },
      pattern: '^\\d{4,12}$',
    }),
    secretField({
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: 'AppSecret', en: 'App secret' },
      help: { zh: '与 AppKey 在同一页', en: 'On the same page as the app key' },
    }),
    accessToken({
      aliases: ['session', 'session_key'],
      label: { zh: '店铺授权 SessionKey', en: 'Session key of the shop' },
      help: {
        zh: '店铺主账号授权应用后得到；到期后须重新授权',
        en: 'Given when the main account of the shop authorises; once it ends, authorise again',
      },
    }),
  ],
  options: [
    callsPerSecond({ zh: '平台按应用分配，请以开放平台后台为准', en: 'Assigned per application; see the open platform’s console' }),
    choiceOption({
      name: 'signMethod',
      label: { zh: '签名方式', en: 'Signature' },
      help: { zh: '三种方式平台都接受', en: 'The platform accepts all three' },
      choices: SIGN_METHODS,
      unconfirmed: false,
    }),
    messagesOption({
      label: { zh: '接收消息服务', en: 'Use the message service' },
      help: {
        zh: '应用须已订阅交易与退款消息；关闭后只轮询',
        en: 'The application has to be subscribed to trade and refund messages; off: polling alone',
      },
    }),
    choiceOption({
      name: 'shipMethod',
      label: { zh: '发货接口', en: 'Shipping call' },
      help: { zh: '平台文档未核实，默认自己联系物流', en: 'Not confirmed; the merchant’s own carrier is the default' },
      choices: SHIP_METHODS,
      unconfirmed: true,
    }),
    unconfirmedCall('dayListMethod', { zh: '按天核对的列表接口', en: 'List call of the day audit' }, 'taobao.trades.sold.get', {
      zh: '按创建时间列出订单，用于核对是否漏单',
      en: 'Lists orders by their creation, to prove that none is missing',
    }),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList({ pageSize: 50, maxSpanMs: 30 * MINUTE, lagMs: 5 * SECOND, overlapMs: 2 * MINUTE, entries: 'ids' })],
  token: STATIC_TOKEN,
  detailBatch: 1,
  clockToleranceMs: 10 * MINUTE,
  origin: 'https://gw.api.taobao.com',
  orderIdPattern: '^\\d{15,20}$',
  webhookHelp: null,
  unconfirmed: [
    { zh: '调用频率上限，平台未公布', en: 'Rate limits; none are published' },
    { zh: 'PAID_FORBID_CONSIGN 按已付款、禁止发货处理', en: 'PAID_FORBID_CONSIGN is read as paid, shipping forbidden' },
    { zh: '按创建时间列单的接口 taobao.trades.sold.get', en: 'The list by creation, taobao.trades.sold.get' },
    { zh: '发货、备注接口的参数与物流公司代码', en: 'Parameters of the shipping and memo calls, and the carrier codes' },
    {
      zh: '部分退款金额：订单只给出状态，按行实付金额计',
      en: 'The sum of a partial refund: an order tells its step alone, so what the line cost is taken',
    },
    { zh: '错误码表与未确认消息的重投间隔', en: 'The table of error codes, and when unconfirmed messages come again' },
  ],
};
