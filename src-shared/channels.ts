import { z } from 'zod';

/** Every sales channel: its id in addresses, configuration and storage; the code that opens an internal order number (A6); its names. One line each. */
export const CHANNELS = {
  taobao: { code: 'TB', zh: '淘宝/天猫', en: 'Taobao/Tmall' },
  jd: { code: 'JD', zh: '京东', en: 'JD' },
  pinduoduo: { code: 'PD', zh: '拼多多', en: 'Pinduoduo' },
  douyin: { code: 'DY', zh: '抖店', en: 'Douyin Shop' },
  youzan: { code: 'YZ', zh: '有赞', en: 'Youzan' },
  'wechat-store': { code: 'WX', zh: '微信小店', en: 'WeChat Store' },
  kuaishou: { code: 'KS', zh: '快手小店', en: 'Kuaishou' },
  xiaohongshu: { code: 'XH', zh: '小红书', en: 'Xiaohongshu' },
  shopify: { code: 'SP', zh: 'Shopify', en: 'Shopify' },
  lazada: { code: 'LZ', zh: 'Lazada', en: 'Lazada' },
  woocommerce: { code: 'WC', zh: 'WooCommerce', en: 'WooCommerce' },
  'standard-webhooks': { code: 'SW', zh: '自建商城', en: 'Own store' },
} as const satisfies Record<string, { code: string; zh: string; en: string }>;
export type ChannelId = keyof typeof CHANNELS;
export const CHANNEL_IDS = Object.keys(CHANNELS) as [ChannelId, ...ChannelId[]];
export const channelIdSchema = z.enum(CHANNEL_IDS);

/** Who can put a message into the inbox: a channel, or a partner (warehouse, carrier). */
export const sourceIdSchema = z.enum([...CHANNEL_IDS, 'partner']);
export type SourceId = z.infer<typeof sourceIdSchema>;

/** How a message came in. */
export const ORIGINS = ['push', 'poll', 'stream', 'import', 'partner'] as const;
export const originSchema = z.enum(ORIGINS);
export type Origin = z.infer<typeof originSchema>;
