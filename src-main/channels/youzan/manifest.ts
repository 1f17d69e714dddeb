import { HOUR, MINUTE } from '#shared/time.ts';
import {
  ASSUMED_LIMITS,
  callsPerSecond,
  numberedList,
  plainField,
  refreshToken,
  secretField,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Youzan (有赞云): HTTP messages and `youzan.trades.sold.get`. Facts: zedisdog/youzanphp; youzan/open-sdk-node; public push handlers. */
export const manifest: ChannelManifest = {
  id: 'youzan',
  capabilities: {
    push: 'http',
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
      name: 'client_id',
      aliases: ['app_key'],
      label: { zh: '应用 client_id', en: 'Client id' },
      help: { zh: '有赞云控制台 → 应用 → 基本信息', en: 'Youzan cloud console, application, basic information' },
    }),
    secretField({
      name: 'client_secret',
      aliases: ['secret', 'app_secret'],
      label: { zh: '应用 client_secret', en: 'Client secret' },
      help: {
        zh: '与 client_id 在同一页；也用于校验推送签名',
        en: 'On the same page as the client id; also checks the signature of pushes',
      },
    }),
    plainField({
      name: 'grant_id',
      aliases: ['kdt_id'],
      label: { zh: '店铺编号 kdt_id', en: 'Shop number (kdt_id)' },
      help: {
        zh: '有赞店铺的 kdt_id；自用型应用凭它取得令牌',
        en: 'The kdt_id of the shop; an application for own use gets its token with it',
      },
      need: 'poll',
      pattern: '^\\d+$',
    }),
    refreshToken({
      zh: '工具型应用授权后得到；自用型应用留空',
      en: 'Given when a shop authorises an application for others; empty for own use',
    }),
  ],
  options: [
    callsPerSecond(),
    unconfirmedCall('shipApi', { zh: '发货接口', en: 'Shipping call' }, 'youzan.logistics.online.confirm/3.0.0', {
      zh: '接口名/版本，未核实',
      en: 'Name/version, not confirmed',
    }),
    unconfirmedCall('memoApi', { zh: '备注接口', en: 'Memo call' }, 'youzan.trade.memo.update/3.0.0', {
      zh: '接口名/版本，未核实',
      en: 'Name/version, not confirmed',
    }),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList({ maxSpanMs: HOUR, lagMs: MINUTE, overlapMs: 2 * MINUTE })],
  token: { kind: 'client-credential', refreshEarlyMs: 10 * MINUTE, authoriseUrl: null },
  detailBatch: 1,
  clockToleranceMs: null,
  origin: 'https://open.youzanyun.com',
  orderIdPattern: '^E\\d{17,}$',
  webhookHelp: {
    zh: '有赞云控制台 → 应用 → 消息订阅：粘贴此地址，勾选交易与退款的全部消息',
    en: 'Youzan cloud console, application, message subscription: paste this address and tick every trade and refund message',
  },
  unconfirmed: [
    {
      zh: '列表分页参数名与每页上限，按 page_no、page_size 100',
      en: 'Paging parameters of the list and the largest page; page_no and page_size 100 are assumed',
    },
    { zh: '新版推送头 event-sign 的算法', en: 'How the header event-sign of the newer push layout is made' },
    { zh: '订单内 refund_order 的状态取值', en: 'The values of refund_state inside refund_order' },
    {
      zh: '退款列表 youzan.trade.refund.search 的参数；退款以订单内的 refund_order 为准',
      en: 'Parameters of youzan.trade.refund.search; refunds are taken from refund_order of the order',
    },
    { zh: '发货、备注与库存接口的参数', en: 'Parameters of the shipping, memo and stock calls' },
    { zh: '推送失败后的重试次数', en: 'How often a failed push is repeated' },
    {
      zh: '除四个已公布的之外的错误码、快递公司编号、店铺信息接口',
      en: 'Error codes but for the four that are published, the carrier numbers, and the shop information call',
    },
  ],
};
