import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import { ASSUMED_LIMITS, callsPerSecond, cursorList, plainField, secretField } from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Both lists give numbers alone. */
const LIST = { lagMs: 2 * SECOND, overlapMs: MINUTE, entries: 'ids' } as const;

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
    plainField({
      name: 'appid',
      aliases: ['app_id', 'client_id'],
      label: { zh: '小店 AppID', en: 'AppID of the store' },
      help: { zh: '微信小店后台 → 服务市场 → 经营工具 → 自研', en: 'WeChat Store console, service market, own development' },
      pattern: '^wx[0-9a-zA-Z]+$',
    }),
    secretField({
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: '小店 AppSecret', en: 'AppSecret' },
      help: { zh: '只用来换取令牌；与 AppID 在同一页', en: 'Only used to get a token; on the same page as the AppID' },
      need: 'poll',
    }),
    secretField({
      name: 'token',
      label: { zh: '消息推送 Token', en: 'Token of the message push' },
      help: { zh: '消息推送配置页中自己填写的 Token', en: 'The token you chose on the page of the message push' },
      need: 'push',
    }),
    secretField({
      name: 'encodingAESKey',
      aliases: ['aesKey'],
      label: { zh: '消息加密密钥 EncodingAESKey', en: 'EncodingAESKey' },
      help: { zh: '安全模式必填，43 位；明文模式留空', en: 'Needed in safe mode, 43 characters; empty in plain mode' },
      need: 'optional',
      pattern: '^[A-Za-z0-9]{43}$',
    }),
  ],
  options: [callsPerSecond()],
  limits: ASSUMED_LIMITS,
  polls: [
    cursorList({ ...LIST, maxSpanMs: DAY }),
    // Windows are asked for in whole seconds, rounded outwards: a second less keeps them within the platform's 24 hours.
    cursorList({ scope: 'refunds', by: 'created', ...LIST, maxSpanMs: DAY - 2 * SECOND }),
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
