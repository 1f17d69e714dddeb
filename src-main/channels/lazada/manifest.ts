import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  choiceOption,
  numberedList,
  plainField,
  refreshToken,
  secretField,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';
import { DEFAULT_REGION, REGIONS } from './regions.ts';

/** Lazada Open Platform: REST calls and LPM push messages. Facts: articles 108068, 108069, 119493, 120164, 120168, 120196, 120208, 120210. */
export const manifest: ChannelManifest = {
  id: 'lazada',
  capabilities: {
    push: 'http',
    poll: true,
    refunds: 'in-order',
    ship: false,
    memo: false,
    stock: 'none',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'app_key',
      aliases: ['appKey', 'appId', 'client_id'],
      label: { zh: '应用 App Key', en: 'App key' },
      help: { zh: 'Lazada 开放平台 → App Console → 应用概览', en: 'Lazada Open Platform, App Console, app overview' },
      pattern: '^\\d+$',
    }),
    secretField({
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: '应用 App Secret', en: 'App secret' },
      help: { zh: '与 App Key 在同一页；也用于校验推送签名', en: 'On the same page as the app key; also checks the signature of pushes' },
    }),
    accessToken({
      aliases: ['session'],
      label: { zh: '店铺授权令牌', en: 'Access token of the seller' },
      help: { zh: '卖家授权后得到，到期前自动续期', en: 'Given when the seller authorises; renewed before it ends' },
    }),
    refreshToken({ zh: '没有它就无法自动续期', en: 'Without it the token cannot be renewed' }),
  ],
  options: [
    choiceOption({
      name: 'region',
      label: { zh: '站点', en: 'Marketplace' },
      help: { zh: '决定接口地址与币种；订单本身不带币种', en: 'Decides address and currency; an order does not name its currency' },
      choices: Object.entries(REGIONS).map(([value, { zh, en }]) => ({ value, label: { zh, en } })),
      default: DEFAULT_REGION,
      unconfirmed: false,
    }),
    callsPerSecond(),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList({ firstPage: 0, maxSpanMs: DAY, lagMs: 5 * SECOND, overlapMs: 2 * MINUTE })],
  token: { kind: 'refreshed', refreshEarlyMs: 12 * HOUR, authoriseUrl: 'https://auth.lazada.com/oauth/authorize' },
  detailBatch: 1,
  clockToleranceMs: 5 * MINUTE,
  origin: REGIONS[DEFAULT_REGION].host,
  orderIdPattern: '^\\d{12,20}$',
  webhookHelp: {
    zh: '在 App Console 的 Push Mechanism 中填入此地址并勾选 Trade Order。地址必须使用 OV 或 EV 级别的证书，DV 证书会被 Lazada 拒绝',
    en: 'Enter this address under Push Mechanism in the App Console and tick Trade Order. The address needs an OV or EV certificate; Lazada refuses DV certificates',
  },
  unconfirmed: [
    { zh: '令牌接口的地址与路径', en: 'Address and paths of the token calls' },
    { zh: '每页最多 100 单', en: 'At most 100 orders a page' },
    {
      zh: 'unpaid、pending、ready_to_ship、shipped、delivered、canceled、returned 之外的状态名',
      en: 'State names beyond unpaid, pending, ready_to_ship, shipped, delivered, canceled and returned',
    },
    { zh: '推送应答的正文', en: 'The body of the answer to a push' },
    { zh: '请求时间允许的误差', en: 'How far the time of a request may be off' },
    { zh: '打包发货与库存接口未接入：路径未确认', en: 'Packing, shipping and stock calls are not offered: their paths are not confirmed' },
  ],
};
