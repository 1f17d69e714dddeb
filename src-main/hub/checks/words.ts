import type { CheckSource } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { SOURCE_NAMES } from '#main/rules/index.ts';
import { partnerWords } from '../partner-words.ts';
import type { Trouble } from './source-line.ts';

const TROUBLE: Partial<Record<Trouble, LocalisedText>> = {
  resting: { zh: '连续失败，暂停询问', en: 'left alone after failures in a row' },
  garbage: { zh: '回答无法读懂或不符合约定', en: 'its answer is unreadable or not as agreed' },
  queue: { zh: '排队超时，未轮到询问', en: 'its turn did not come in time' },
  total: { zh: '超过总时限', en: 'the time for all checks was over' },
  gone: { zh: '来源已断开', en: 'the source was disconnected' },
};

/** Why a source did not tell, as a person reads it on the order. */
export function troubleWords(trouble: Trouble, error: Error | null): LocalisedText {
  return TROUBLE[trouble] ?? partnerWords(error);
}

export function breakerNotice(source: CheckSource, open: boolean, policy: 'hold' | 'pass-and-mark'): LocalisedText {
  const { zh, en } = SOURCE_NAMES[source];
  if (!open) return { zh: `${zh}恢复应答，未核验的订单正在补查`, en: `${en} answers again; orders it could not check are asked about now` };
  const then =
    policy === 'hold'
      ? { zh: '付款订单将被拦截等待', en: 'paid orders are held for it' }
      : { zh: '付款订单标记后放行', en: 'paid orders pass with a mark' };
  return { zh: `${zh}连续失败，暂停询问；${then.zh}`, en: `${en} failed several times and is left alone; ${then.en}` };
}
