import { CHANNEL_IDS, CHANNELS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { RadarLabel, RadarMapping } from '#shared/contract/radar.ts';

const DISPUTED = [
  ...['disputed', 'dispute', 'bad', 'fraud', 'suspected_fraud', 'chargeback', 'complaint', 'complained', 'returned', 'return', 'refund'],
  ...['refunded', 'rejected', 'malicious', 'yes', 'y', 'true', '1'],
  ...[
    '纠纷',
    '有纠纷',
    '投诉',
    '坏',
    '坏单',
    '异常',
    '退货',
    '退款',
    '退货退款',
    '仅退款',
    '已退款',
    '拒付',
    '拒收',
    '欺诈',
    '刷单',
    '假单',
    '恶意',
  ],
  ...['是', '有'],
];
const FINE = [
  ...['fine', 'good', 'ok', 'fulfilled', 'completed', 'delivered', 'received', 'kept', 'normal', 'genuine', 'legit', 'none', 'no', 'n'],
  ...['false', '0'],
  ...['正常', '无纠纷', '好', '好单', '完成', '已完成', '交易成功', '签收', '已签收', '无异常', '否', '无'],
];

function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}

const LABELS = new Map<string, RadarLabel>([
  ...DISPUTED.map((word): [string, RadarLabel] => [word, 'disputed']),
  ...FINE.map((word): [string, RadarLabel] => [word, 'fine']),
]);

/** What a cell of the label column says; null: no word that is known. @param own the file's own words, which win */
export function labelOfWord(cell: string, own: RadarMapping['words'] = {}): RadarLabel | null {
  const word = cell.trim();
  return (Object.hasOwn(own, word) ? own[word] : undefined) ?? LABELS.get(plain(cell)) ?? null;
}

const CHANNEL_WORDS = new Map<string, ChannelId>(
  CHANNEL_IDS.flatMap((id) => {
    const { code, zh, en } = CHANNELS[id];
    return [id, code, zh, en, ...zh.split('/'), ...en.split('/')].map((word): [string, ChannelId] => [plain(word), id]);
  }),
);

/** A channel by its id, code or name; null: there is none of that name. */
export function channelOfWord(cell: string): ChannelId | null {
  return CHANNEL_WORDS.get(plain(cell)) ?? null;
}

const HEADINGS: Record<keyof RadarMapping['columns'], RegExp> = {
  order: /^(订单编号|订单号|主订单编号|平台订单号|系统单号|order[ _-]?(id|no|number)|orderno|orderid)$/i,
  label: /^(结果|是否纠纷|纠纷|纠纷状态|处理结果|标签|outcome|result|label|disputed?|is[ _-]?dispute)$/i,
  kind: /^(类型|纠纷类型|投诉类型|原因|纠纷原因|退款原因|type|kind|reason|category)$/i,
  text: /^(内容|描述|说明|纠纷描述|投诉内容|买家描述|备注|text|description|detail|details|comment)$/i,
  channel: /^(渠道|平台|销售渠道|channel|platform)$/i,
  shop: /^(店铺|店铺编号|店铺id|shop|shop[ _-]?id|store)$/i,
};

/**
 * The columns whose headings say what they are; the label also by its samples, where all of them are labels. Null where no column holds
 * order numbers.
 */
export function suggestColumns(headings: readonly string[], samples: readonly (readonly string[])[]): RadarMapping['columns'] | null {
  const named = (field: keyof RadarMapping['columns']) => headings.findIndex((heading) => HEADINGS[field].test(heading.trim()));
  const order = named('order');
  if (order < 0) return null;
  const speaks = (at: number) => samples.length > 0 && samples.every((row) => labelOfWord(row[at] ?? '') !== null);
  const heading = named('label');
  const label = heading >= 0 ? heading : headings.findIndex((_, at) => at !== order && speaks(at));
  const taken = new Set([order, label]);
  const rest = (field: 'kind' | 'text' | 'channel' | 'shop') => {
    const at = named(field);
    if (at < 0 || taken.has(at)) return null;
    taken.add(at);
    return at;
  };
  return { order, label: label < 0 ? null : label, kind: rest('kind'), text: rest('text'), channel: rest('channel'), shop: rest('shop') };
}
