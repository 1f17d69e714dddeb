import type { LocalisedText } from '#shared/text.ts';
import { MINUTE, SECOND } from '#shared/time.ts';

export type ChannelErrorCode =
  | 'auth-wrong-secret'
  | 'auth-unknown-app'
  | 'token-expired'
  | 'token-revoked'
  | 'permission'
  | 'clock-skew'
  | 'shop-changed'
  | 'rate-limited'
  | 'quota'
  | 'transient'
  | 'bad-answer'
  | 'not-found'
  | 'refused'
  | 'already-done'
  | 'not-connected'
  | 'unsupported';

/** What a person may read about it; never a token, an address or a body. */
export interface ChannelErrorDetails {
  platformCode?: string;
  platformMessage?: string;
  /** Rate limit and quota: when to go on, ms from now. */
  retryAfterMs?: number;
  /** Clock skew: ours minus the platform's, ms. */
  clockOffMs?: number;
  expected?: string;
  found?: string;
  permission?: string;
  fields?: string;
  detail?: string;
}

/** These stop a shop until an administrator acted; everything else is tried again. */
const FATAL_CODES: ReadonlySet<ChannelErrorCode> = new Set<ChannelErrorCode>([
  'auth-wrong-secret',
  'auth-unknown-app',
  'token-revoked',
  'permission',
  'clock-skew',
  'shop-changed',
  'not-connected',
]);

type Say = (details: ChannelErrorDetails) => LocalisedText;
const seconds = ({ retryAfterMs = SECOND }: ChannelErrorDetails) => Math.max(1, Math.round(retryAfterMs / SECOND));
const minutes = ({ clockOffMs = 0 }: ChannelErrorDetails) => Math.round(Math.abs(clockOffMs) / MINUTE);

const TEXTS: Record<ChannelErrorCode, Say> = {
  'auth-wrong-secret': () => ({
    zh: '平台拒绝了签名：应用密钥不正确。请在渠道设置中重新填写；在此之前不拉取新订单，推送仍会保存',
    en: 'The platform refused the signature: the app secret is wrong. Enter it again in the channel settings; until then nothing is polled, pushes are still kept',
  }),
  'auth-unknown-app': ({ found = '' }) => ({
    zh: `平台不认识这个应用 ${found}，请核对应用编号（App Key）`,
    en: `The platform does not know the app ${found}; check the app key`,
  }),
  'token-expired': () => ({ zh: '授权已到期，正在自动续期', en: 'The authorisation expired and is being renewed' }),
  'token-revoked': () => ({
    zh: '授权已被撤销或无法续期。请管理员重新授权；恢复后会自动补齐期间的订单',
    en: 'The authorisation was revoked or cannot be renewed. An administrator has to authorise again; the orders of the time between are then caught up',
  }),
  permission: ({ permission = '' }) => ({
    zh: `授权缺少权限 ${permission}。请在平台后台补开后重新授权`,
    en: `The authorisation lacks the permission ${permission}. Grant it at the platform, then authorise again`,
  }),
  'clock-skew': (details) => ({
    zh: `本机时间与平台相差 ${minutes(details)} 分钟，平台因此拒绝请求。请校准本机时间`,
    en: `This machine's clock is ${minutes(details)} minutes off the platform's, so requests are refused. Set the clock right`,
  }),
  'shop-changed': ({ expected = '', found = '' }) => ({
    zh: `这组凭据属于另一家店铺「${found}」，而不是「${expected}」。为避免串单已停止拉取`,
    en: `These credentials belong to another shop, "${found}", not "${expected}". Polling stopped so that orders are not mixed`,
  }),
  'rate-limited': (details) => ({
    zh: `平台限流，${seconds(details)} 秒后继续；订单不会丢失`,
    en: `The platform asked to slow down; going on in ${seconds(details)} s, no order is lost`,
  }),
  quota: (details) => ({
    zh: `平台调用额度已用完，${seconds(details)} 秒后再试`,
    en: `The platform's quota is used up; trying again in ${seconds(details)} s`,
  }),
  transient: ({ detail = '' }) => ({
    zh: `平台暂时没有应答，正在重试 ${detail}`.trim(),
    en: `The platform does not answer for now; trying again ${detail}`.trim(),
  }),
  'bad-answer': ({ detail = '' }) => ({
    zh: `平台返回了无法读懂的内容，正在重试 ${detail}`.trim(),
    en: `The platform's answer cannot be read; trying again ${detail}`.trim(),
  }),
  'not-found': () => ({ zh: '平台上没有这个订单', en: 'The platform has no such order' }),
  refused: () => ({
    zh: '平台不接受这次操作，请按平台提示处理后在「外发失败」中重发',
    en: 'The platform refuses this; follow its words, then send it again from the list of failed messages',
  }),
  'already-done': () => ({ zh: '平台上已经是这个状态', en: 'It is already so at the platform' }),
  'not-connected': ({ fields = '' }) => ({
    zh: `推送已收到，但缺少拉取订单详情所需的凭据，请补填 ${fields}`.trim(),
    en: `Pushes arrive, but the credentials to fetch the orders are missing: ${fields}`,
  }),
  unsupported: () => ({ zh: '此渠道不提供这项操作', en: 'This channel does not offer that' }),
};

function textOf(code: ChannelErrorCode, details: ChannelErrorDetails): LocalisedText {
  const { zh, en } = TEXTS[code](details);
  const own = [details.platformCode, details.platformMessage].filter((part) => part !== undefined && part !== '').join(': ');
  return own === '' ? { zh, en } : { zh: `${zh}（平台原话 ${own}）`, en: `${en} (the platform said ${own})` };
}

/** What went wrong with a platform, in words for the person who has to act. The only error an adapter throws. */
export class ChannelError extends Error {
  override name = 'ChannelError';
  readonly code: ChannelErrorCode;
  readonly text: LocalisedText;
  readonly details: ChannelErrorDetails;

  constructor(code: ChannelErrorCode, details: ChannelErrorDetails = {}) {
    const text = textOf(code, details);
    super(text.en);
    this.code = code;
    this.text = text;
    this.details = details;
  }

  /** Nothing is tried again before an administrator acted. */
  get fatal(): boolean {
    return FATAL_CODES.has(this.code);
  }
}

/** Whether something thrown is this error of a platform. */
export function hasCode(error: unknown, code: ChannelErrorCode): error is ChannelError {
  return error instanceof ChannelError && error.code === code;
}
