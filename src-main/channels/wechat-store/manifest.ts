import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import type { ChannelManifest, PollTraits } from '../manifest.ts';

const LIST: Omit<PollTraits, 'scope' | 'by'> = {
  paging: 'cursor',
  firstPage: 1,
  pageSize: 100,
  deepestPage: null,
  maxSpanMs: DAY,
  lagMs: 2 * SECOND,
  overlapMs: MINUTE,
  granularityMs: SECOND,
  furthestBackMs: 90 * DAY,
  entries: 'ids',
};

/** WeChat Store (微信小店, the channels "ec" interface). Facts: binarywang/WxJava weixin-java-channel and its crypto tests. */
export const manifest: ChannelManifest = {
  id: 'wechat-store',
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
    {
      name: 'appid',
      aliases: ['app_id', 'client_id'],
      label: { zh: '小店 AppID', en: 'AppID of the store' },
      help: { zh: '微信小店后台 → 服务市场 → 经营工具 → 自研', en: 'WeChat Store console, service market, own development' },
      kind: 'text',
      need: 'always',
      pattern: '^wx[0-9a-zA-Z]+$',
    },
    {
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: '小店 AppSecret', en: 'AppSecret' },
      help: { zh: '只用来换取令牌；与 AppID 在同一页', en: 'Only used to get a token; on the same page as the AppID' },
      kind: 'secret',
      need: 'poll',
      pattern: null,
    },
    {
      name: 'token',
      aliases: [],
      label: { zh: '消息推送 Token', en: 'Token of the message push' },
      help: { zh: '消息推送配置页中自己填写的 Token', en: 'The token you chose on the page of the message push' },
      kind: 'secret',
      need: 'push',
      pattern: null,
    },
    {
      name: 'encodingAESKey',
      aliases: ['aesKey'],
      label: { zh: '消息加密密钥 EncodingAESKey', en: 'EncodingAESKey' },
      help: { zh: '安全模式必填，43 位；明文模式留空', en: 'Needed in safe mode, 43 characters; empty in plain mode' },
      kind: 'secret',
      need: 'optional',
      pattern: '^[A-Za-z0-9]{43}$',
    },
  ],
  options: [
    {
      name: 'callsPerSecond',
      label: { zh: '每秒调用上限', en: 'Calls per second' },
      help: {
        zh: '平台未公布，按每秒 5 次列表、10 次详情估计',
        en: 'Not published by the platform; assumed to be 5 list and 10 detail calls a second',
      },
      kind: 'number',
      choices: [],
      default: 5,
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
    { scope: 'orders', by: 'updated', ...LIST },
    // Windows are asked for in whole seconds, rounded outwards: a second less keeps them within the platform's 24 hours.
    { scope: 'refunds', by: 'created', ...LIST, maxSpanMs: DAY - 2 * SECOND },
  ],
  token: { kind: 'client-credential', refreshEarlyMs: 10 * MINUTE, authoriseUrl: null },
  detailBatch: 1,
  clockToleranceMs: null,
  origin: 'https://api.weixin.qq.com',
  orderIdPattern: '^\\d{16,20}$',
  webhookHelp: {
    zh: '微信小店后台 → 消息推送：粘贴此地址，填写同一 Token 与 EncodingAESKey，选择安全模式，JSON 或 XML 均可',
    en: 'WeChat Store console, message push: paste this address, enter the same Token and EncodingAESKey and choose safe mode; JSON and XML both work',
  },
  unconfirmed: [
    {
      zh: '订单列表时间窗上限，按 7 天以内处理（实际用 1 天）',
      en: 'Longest window of the order list; 7 days are assumed, one day is used',
    },
    { zh: '推送失败重试 3 次', en: 'That a failed push is repeated three times' },
    {
      zh: '售后列表只能按创建时间查询，未结束的售后每小时重读',
      en: 'The after-sale list goes by creation time; open after-sales are read again every hour',
    },
    { zh: '快递公司代码表', en: 'The table of carrier codes' },
    { zh: '订单接口的错误码与店铺信息接口', en: 'Error codes of the order calls, and the shop information call' },
  ],
};
