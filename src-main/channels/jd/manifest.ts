import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import {
  accessToken,
  ASSUMED_LIMITS,
  callsPerSecond,
  choiceOption,
  numberedList,
  plainField,
  secretField,
  STATIC_TOKEN,
  textOption,
  unconfirmedCall,
} from '../kit/manifest-parts.ts';
import type { ChannelManifest, ShopOption } from '../manifest.ts';

const TIMESTAMPS: ShopOption['choices'] = [
  { value: 'zoned', label: { zh: '带毫秒与时区（2021-05-07 09:20:39.683+0800）', en: 'With ms and zone (2021-05-07 09:20:39.683+0800)' } },
  { value: 'plain', label: { zh: '到秒、不带时区（旧文档）', en: 'To the second, no zone (older documents)' } },
];

/** JD POP (JOS): polling alone. Facts: JD guide listId=2643; help.jd.com/jos question-569. */
export const manifest: ChannelManifest = {
  id: 'jd',
  capabilities: {
    push: 'none',
    poll: true,
    refunds: 'in-order',
    ship: true,
    memo: true,
    stock: 'none',
    dayList: 'created',
    receiver: 'masked',
  },
  fields: [
    plainField({
      name: 'app_key',
      aliases: ['client_id'],
      label: { zh: 'AppKey', en: 'App key' },
      help: { zh: '京东宙斯开放平台 → 控制台 → 应用管理', en: 'JD open platform, console, applications' },
    }),
    secretField({
      name: 'secret',
      aliases: ['app_secret', 'client_secret'],
      label: { zh: 'AppSecret', en: 'App secret' },
      help: { zh: '与 AppKey 在同一页', en: 'On the same page as the app key' },
    }),
    accessToken({
      aliases: ['token'],
      help: {
        zh: '商家授权后得到，约一年有效；到期后须重新授权',
        en: 'Given when the merchant authorises; lasts about a year, then authorise again',
      },
    }),
  ],
  options: [
    callsPerSecond(),
    choiceOption({
      name: 'timestampForm',
      label: { zh: '时间戳写法', en: 'Form of the timestamp' },
      help: { zh: '平台报时间戳错误时改用另一种', en: 'Use the other one when the platform refuses the timestamp' },
      choices: TIMESTAMPS,
      unconfirmed: true,
    }),
    textOption({
      name: 'changedDateType',
      label: { zh: '按修改时间查询的 date_type', en: 'date_type of changes' },
      help: { zh: '平台文档未核实', en: 'Not confirmed' },
      default: '0',
      unconfirmed: true,
    }),
    textOption({
      name: 'createdDateType',
      label: { zh: '按下单时间查询的 date_type', en: 'date_type of creation' },
      help: { zh: '平台文档未核实', en: 'Not confirmed' },
      default: '1',
      unconfirmed: true,
    }),
    unconfirmedCall('shipMethod', { zh: '发货接口', en: 'Shipping call' }, 'jingdong.pop.order.shipment'),
    unconfirmedCall('memoMethod', { zh: '备注接口', en: 'Memo call' }, 'jingdong.pop.order.modifyVenderRemark'),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList({ maxSpanMs: DAY, lagMs: 5 * SECOND, overlapMs: 2 * MINUTE })],
  token: STATIC_TOKEN,
  detailBatch: 1,
  clockToleranceMs: 6 * MINUTE,
  origin: 'https://api.jd.com',
  orderIdPattern: '^\\d{9,20}$',
  webhookHelp: null,
  unconfirmed: [
    { zh: '调用频率上限，平台未公布', en: 'Rate limits; none are published' },
    { zh: '未付款订单通常不返回，可能看不到待付款状态', en: 'Unpaid orders are normally not returned, so that state may never be seen' },
    { zh: 'date_type 的取值与时间窗含义', en: 'The values of date_type and what the window is about' },
    { zh: '回复外层名称 responce 或 response，两种都接受', en: 'The wrapper of an answer, responce or response; both are accepted' },
    {
      zh: '退款申请列表接口名未知：退款由订单锁定与取消状态得知，金额未知',
      en: 'The name of the refund list: refunds are learnt from locked and cancelled orders, their sums are not',
    },
    { zh: '发货、备注接口的名称与物流公司编号', en: 'Names of the shipping and memo calls, and the carrier numbers' },
    { zh: '错误码表', en: 'The table of error codes' },
  ],
};
