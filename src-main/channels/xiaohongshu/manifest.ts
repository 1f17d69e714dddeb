import { MINUTE, SECOND } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  moneyUnit,
  numberedList,
  plainField,
  secretField,
  STATIC_TOKEN,
  textOption,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Xiaohongshu shop (小红书 ark): polling alone. Facts: xiaohongshu.apifox.cn doc-2810932; apifox docs-site 1103512. */
export const manifest: ChannelManifest = {
  id: 'xiaohongshu',
  capabilities: {
    push: 'none',
    poll: true,
    refunds: 'none',
    ship: false,
    memo: false,
    stock: 'none',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'appId',
      aliases: ['app_key', 'client_id'],
      label: { zh: '应用 appId', en: 'App id' },
      help: { zh: '小红书开放平台 → 应用管理', en: 'Xiaohongshu open platform, applications' },
    }),
    secretField({
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: '应用 appSecret', en: 'App secret' },
      help: { zh: '与 appId 在同一页', en: 'On the same page as the app id' },
    }),
    accessToken({
      aliases: ['token'],
      help: { zh: '商家授权后得到；到期后须重新授权', en: 'Given when the merchant authorises; once it ends, authorise again' },
    }),
  ],
  options: [
    callsPerSecond(),
    moneyUnit('moneyUnit', { zh: '金额单位', en: 'Unit of money' }, 'fen'),
    unconfirmedCall('detailMethod', { zh: '订单详情接口', en: 'Order detail call' }, 'order.getOrderDetail'),
    textOption({
      name: 'identityMethod',
      label: { zh: '店铺信息接口', en: 'Shop information call' },
      help: { zh: '留空则不核对令牌属于哪家店铺', en: 'Left empty, which shop a token belongs to is not checked' },
      default: '',
      unconfirmed: true,
    }),
  ],
  limits: ASSUMED_LIMITS,
  polls: [
    numberedList({
      deepestPage: 100,
      // The platform allows 30 min; bounds are widened to whole seconds.
      maxSpanMs: 29 * MINUTE,
      lagMs: 2 * SECOND,
      overlapMs: 2 * MINUTE,
      granularityMs: 1,
      entries: 'ids',
    }),
  ],
  token: STATIC_TOKEN,
  detailBatch: 1,
  clockToleranceMs: 10 * MINUTE,
  origin: 'https://ark.xiaohongshu.com',
  orderIdPattern: '^P\\d{10,24}$',
  webhookHelp: null,
  unconfirmed: [
    { zh: '金额单位，默认按分', en: 'The unit of money; fen by default' },
    { zh: '订单详情接口与商品行字段', en: 'The detail call and the fields of its lines' },
    {
      zh: '售后码、推送、发货、备注、库存接口：均未找到，因此关闭',
      en: 'After-sale codes, push, shipping, memo and stock calls: none was found, so they are off',
    },
    { zh: '店铺信息接口与错误码表', en: 'The shop information call and the table of error codes' },
    { zh: '调用频率上限与允许的时间误差', en: 'Rate limits and the tolerance of clocks' },
  ],
};
