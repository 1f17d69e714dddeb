import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import type { ChannelManifest, ShopOption } from '../manifest.ts';

const UNITS: ShopOption['choices'] = [
  { value: 'fen', label: { zh: '分', en: 'fen' } },
  { value: 'yuan', label: { zh: '元', en: 'yuan' } },
];

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
    {
      name: 'appId',
      aliases: ['app_key', 'client_id'],
      label: { zh: '应用 appId', en: 'App id' },
      help: { zh: '小红书开放平台 → 应用管理', en: 'Xiaohongshu open platform, applications' },
      kind: 'text',
      need: 'always',
      pattern: null,
    },
    {
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: '应用 appSecret', en: 'App secret' },
      help: { zh: '与 appId 在同一页', en: 'On the same page as the app id' },
      kind: 'secret',
      need: 'always',
      pattern: null,
    },
    {
      name: 'access_token',
      aliases: ['token'],
      label: { zh: '店铺授权令牌', en: 'Access token of the shop' },
      help: { zh: '商家授权后得到；到期后须重新授权', en: 'Given when the merchant authorises; once it ends, authorise again' },
      kind: 'secret',
      need: 'poll',
      pattern: null,
    },
  ],
  options: [
    {
      name: 'callsPerSecond',
      label: { zh: '每秒调用上限', en: 'Calls per second' },
      help: { zh: '平台未公布，按每秒 5 次列表、10 次详情估计', en: 'Not published; assumed to be 5 list and 10 detail calls a second' },
      kind: 'number',
      choices: [],
      default: 5,
      unconfirmed: true,
    },
    {
      name: 'moneyUnit',
      label: { zh: '金额单位', en: 'Unit of money' },
      help: { zh: '写有小数点的总是元', en: 'A sum with a decimal point is always yuan' },
      kind: 'choice',
      choices: UNITS,
      default: 'fen',
      unconfirmed: true,
    },
    {
      name: 'detailMethod',
      label: { zh: '订单详情接口', en: 'Order detail call' },
      help: { zh: '平台文档未核实，可按后台文档改写', en: 'Not confirmed; change it to what the console documents' },
      kind: 'text',
      choices: [],
      default: 'order.getOrderDetail',
      unconfirmed: true,
    },
    {
      name: 'identityMethod',
      label: { zh: '店铺信息接口', en: 'Shop information call' },
      help: { zh: '留空则不核对令牌属于哪家店铺', en: 'Left empty, which shop a token belongs to is not checked' },
      kind: 'text',
      choices: [],
      default: '',
      unconfirmed: true,
    },
  ],
  limits: [
    { group: 'list', calls: 5, perMs: SECOND, basis: 'assumed' },
    { group: 'detail', calls: 10, perMs: SECOND, basis: 'assumed' },
    { group: 'write', calls: 2, perMs: SECOND, basis: 'assumed' },
    { group: 'token', calls: 1, perMs: MINUTE, basis: 'assumed' },
  ],
  polls: [
    {
      scope: 'orders',
      by: 'updated',
      paging: 'backwards',
      firstPage: 1,
      pageSize: 100,
      deepestPage: 100,
      // The platform allows 30 min; bounds are widened to whole seconds.
      maxSpanMs: 29 * MINUTE,
      lagMs: 2 * SECOND,
      overlapMs: 2 * MINUTE,
      granularityMs: 1,
      furthestBackMs: 90 * DAY,
      entries: 'ids',
    },
  ],
  token: { kind: 'static', refreshEarlyMs: 0, authoriseUrl: null },
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
