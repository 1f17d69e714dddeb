import type { LocalisedText } from '#shared/text.ts';
import { WaybillRefused } from './partner-ports.ts';
import { DeliveryError } from './ports.ts';

/** What an HTTP status of a partner means for the person who has to act. */
const STATUS: Record<string, LocalisedText> = {
  401: { zh: '密钥或令牌不对，请核对后重填', en: 'the secret or token is wrong; check it and enter it again' },
  403: { zh: '对方没有给这组密钥权限', en: 'the partner grants these credentials no permission' },
  404: { zh: '地址不对，对方没有这个接口', en: 'the address is wrong: the partner has no such page' },
  405: { zh: '地址不对，对方不接受这种请求', en: 'the address is wrong: the partner takes no such request' },
  429: { zh: '调用太频繁，稍后自动再试', en: 'called too often; it is tried again later' },
};
/** Codes of Node's network layer. */
const NETWORK: Record<string, LocalisedText> = {
  ECONNREFUSED: { zh: '该地址没有程序在监听，请核对主机与端口', en: 'nothing listens at this address; check host and port' },
  ENOTFOUND: { zh: '找不到这个主机名，请核对地址', en: 'there is no such host; check the address' },
  EAI_AGAIN: { zh: '暂时无法解析主机名，请检查网络', en: 'the host cannot be resolved for now; check the network' },
  ECONNABORTED: { zh: '对方没有及时应答', en: 'the partner did not answer in time' },
  ETIMEDOUT: { zh: '对方没有及时应答', en: 'the partner did not answer in time' },
  ECONNRESET: { zh: '对方中途断开了连接', en: 'the partner broke off the connection' },
};
const SERVER: LocalisedText = { zh: '对方系统出错，请联系对方', en: 'the partner has trouble of its own; ask them' };

/** Messages of partner errors hold no secrets; others are not shown. */
export function partnerWords(error: unknown): LocalisedText {
  if (error instanceof WaybillRefused) return error.text;
  if (error instanceof DeliveryError) return error.text ?? sentence(error.message);
  const known = error instanceof Error && (error.name === 'PartnerError' || error.name === 'SubscriptionRefused');
  return known ? sentence(error.message) : sentence('The call failed.');
}

function sentence(en: string): LocalisedText {
  const status = /HTTP (\d{3})/.exec(en)?.[1];
  if (status !== undefined) {
    const meaning = STATUS[status] ?? (Number(status) >= 500 ? SERVER : null);
    return { zh: `对方返回 HTTP ${status}${meaning ? `：${meaning.zh}` : ''}`, en: meaning ? `${en} That is: ${meaning.en}.` : en };
  }
  const code = /\(([A-Z_]+|no answer)\)/.exec(en)?.[1];
  if (code !== undefined) {
    const meaning = NETWORK[code];
    return { zh: `无法连通（${code}）${meaning ? `：${meaning.zh}` : ''}`, en: meaning ? `${en} That is: ${meaning.en}.` : en };
  }
  const late = /within (\d+) ms/.exec(en)?.[1];
  if (late !== undefined) return { zh: `对方 ${late} 毫秒内没有应答`, en };
  if (en.includes('left alone')) return { zh: '连续失败多次，暂停片刻后自动再试', en };
  if (en.includes('does not follow')) return { zh: '对方的回答不符合约定（见 docs/partners.md 与 docs/wms.md）', en };
  if (en.includes('not JSON') || en.includes('unexpected')) return { zh: '对方的回答读不懂，请核对地址', en };
  // What is left is the partner's own code and words.
  return { zh: `对方的原话：${en}`, en };
}
