import type { ChannelManifest, ShopOption } from '#main/channels/manifest.ts';

const WRITE_BACK: ShopOption = {
  name: 'writeBack',
  label: { zh: '写回平台', en: 'Write back to the platform' },
  help: { zh: '发货、备注写回平台；关闭后只读取', en: 'Ships and memos are written to the platform; off: it is only read' },
  kind: 'boolean',
  choices: [],
  default: true,
  unconfirmed: false,
};
const PUSH_STOCK: ShopOption = {
  name: 'pushStock',
  label: { zh: '同步库存', en: 'Push stock levels' },
  help: { zh: '可售库存变化时写到平台，平台上的数量会被覆盖', en: 'Available pieces are written to the platform and replace its figure' },
  kind: 'boolean',
  choices: [],
  default: false,
  unconfirmed: false,
};
const STOCK_SHARE: ShopOption = {
  name: 'stockShare',
  label: { zh: '库存比例（%）', en: 'Share of the stock (%)' },
  help: { zh: '这家店铺可以卖出的份额，0 到 100', en: 'What this shop may sell of the available pieces, 0 to 100' },
  kind: 'number',
  choices: [],
  default: 100,
  unconfirmed: false,
};
const POLL_SECONDS: ShopOption = {
  name: 'pollSeconds',
  label: { zh: '轮询间隔（秒）', en: 'Poll every (s)' },
  help: { zh: '1 到 60 秒', en: '1 to 60 seconds' },
  kind: 'number',
  choices: [],
  default: 30,
  unconfirmed: false,
};

/** What a merchant may set for a shop of any channel that offers it, before what the channel itself has to set. */
export function optionsOf({ capabilities, options }: Pick<ChannelManifest, 'capabilities' | 'options'>): ShopOption[] {
  const { poll, ship, memo, stock } = capabilities;
  return [
    ...(poll ? [POLL_SECONDS] : []),
    ...(ship || memo || stock === 'absolute' ? [WRITE_BACK] : []),
    ...(stock === 'absolute' ? [PUSH_STOCK, STOCK_SHARE] : []),
    ...options,
  ];
}
