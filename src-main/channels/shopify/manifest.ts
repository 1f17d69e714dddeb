import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import { accessToken, cursorList, plainField, secretField, STATIC_TOKEN, textOption } from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** Shopify Admin API (REST) and webhooks. Facts: shopify.dev; Shopify/shopify-api-js. */
export const manifest: ChannelManifest = {
  id: 'shopify',
  capabilities: {
    push: 'http',
    poll: true,
    refunds: 'in-order',
    ship: true,
    memo: true,
    stock: 'absolute',
    dayList: 'created',
    receiver: 'plain',
  },
  fields: [
    plainField({
      name: 'shop',
      aliases: ['shop_domain', 'domain'],
      label: { zh: '店铺域名', en: 'Shop domain' },
      help: { zh: '例如 some-shop.myshopify.com', en: 'For example some-shop.myshopify.com' },
      need: 'poll',
      pattern: '^[a-z0-9][a-z0-9-]*\\.myshopify\\.com$',
    }),
    accessToken({
      aliases: ['token', 'adminToken'],
      label: { zh: 'Admin API 访问令牌', en: 'Admin API access token' },
      help: { zh: '在店铺后台的自定义应用中生成，只显示一次', en: 'Made in the custom app of the store settings; shown once' },
    }),
    secretField({
      name: 'secret',
      aliases: ['client_secret', 'api_secret'],
      label: { zh: '应用密钥（API secret key）', en: 'API secret key of the app' },
      help: { zh: '用于校验推送签名', en: 'Checks the signature of webhooks' },
      need: 'push',
    }),
    plainField({
      name: 'client_id',
      aliases: ['api_key', 'app_key'],
      label: { zh: '应用 API key', en: 'API key of the app' },
      help: { zh: '仅在用授权码换取令牌时需要', en: 'Needed only to exchange an authorisation code' },
      need: 'optional',
    }),
  ],
  options: [
    textOption({
      name: 'apiVersion',
      label: { zh: 'Admin API 版本', en: 'Version of the Admin API' },
      help: { zh: '平台每季度发布一版，每版支持一年', en: 'Published every quarter and served for a year' },
      default: '2026-10',
      unconfirmed: true,
    }),
    textOption({
      name: 'locationId',
      label: { zh: '库存地点编号', en: 'Id of the stock location' },
      help: { zh: '回写库存到哪个地点；留空则不能回写库存', en: 'Where stock levels are written; empty: stock cannot be written' },
      default: '',
      unconfirmed: false,
    }),
  ],
  // One bucket of 40 calls leaking two a second for everything; together these stay below the leak.
  limits: [
    { group: 'list', calls: 1, perMs: SECOND, basis: 'published' },
    { group: 'detail', calls: 1, perMs: 2 * SECOND, basis: 'published' },
    { group: 'write', calls: 1, perMs: 2 * SECOND, basis: 'published' },
    { group: 'token', calls: 1, perMs: MINUTE, basis: 'assumed' },
  ],
  polls: [cursorList({ pageSize: 250, maxSpanMs: DAY, lagMs: 2 * SECOND, overlapMs: MINUTE, furthestBackMs: 60 * DAY })],
  token: STATIC_TOKEN,
  detailBatch: 1,
  clockToleranceMs: null,
  origin: 'https://myshopify.com',
  orderIdPattern: '^\\d{6,20}$',
  webhookHelp: {
    zh: '在应用的 webhooks 设置中填入此地址，订阅 orders/create、orders/paid、orders/updated、orders/cancelled、orders/fulfilled、orders/partially_fulfilled、refunds/create，格式选 JSON。店铺后台的“发送测试通知”不使用应用密钥，会被拒绝，属正常',
    en: "Enter this address in the app's webhooks and subscribe orders/create, orders/paid, orders/updated, orders/cancelled, orders/fulfilled, orders/partially_fulfilled and refunds/create as JSON. A test notification sent from the store settings is not signed with the app secret and is refused, which is right",
  },
  unconfirmed: [
    { zh: '调用上限 40 次、每秒恢复 2 次', en: 'The allowance of 40 calls, refilled by two a second' },
    { zh: '60 天以前的订单需要 read_all_orders 权限', en: 'Orders older than 60 days need the scope read_all_orders' },
    { zh: 'page_info 之外不得再带筛选条件', en: 'page_info excludes every other filter' },
    { zh: '库存接口 inventory_levels/set.json 的可用版本', en: 'In which versions inventory_levels/set.json is served' },
  ],
};
