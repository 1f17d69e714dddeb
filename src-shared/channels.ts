import { z } from 'zod';

/** Every sales channel OrderPulse knows, by the id used in addresses, configuration and storage. */
export const CHANNEL_IDS = [
  'taobao',
  'jd',
  'pinduoduo',
  'douyin',
  'youzan',
  'wechat-store',
  'kuaishou',
  'xiaohongshu',
  'shopify',
  'lazada',
  'woocommerce',
  'standard-webhooks',
] as const;

export const channelIdSchema = z.enum(CHANNEL_IDS);
export type ChannelId = z.infer<typeof channelIdSchema>;

/** Two-letter code that opens an internal order number (A6), and the channel's names. */
export const CHANNELS: Record<ChannelId, { code: string; zh: string; en: string }> = {
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
};
