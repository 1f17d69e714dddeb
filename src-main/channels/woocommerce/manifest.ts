import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import { ASSUMED_LIMITS, callsPerSecond, numberedList, plainField, secretField, STATIC_TOKEN, textOption } from '../kit/manifest-parts.ts';
import type { ChannelManifest } from '../manifest.ts';

/** WooCommerce REST API v3 and webhooks. Facts: woocommerce/woocommerce-rest-api-docs, wp-api-v3. */
export const manifest: ChannelManifest = {
  id: 'woocommerce',
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
    {
      name: 'url',
      aliases: ['store_url', 'site'],
      label: { zh: '商店网址', en: 'Address of the store' },
      help: {
        zh: '例如 https://shop.example.com；WordPress 须启用固定链接',
        en: 'For example https://shop.example.com; WordPress must use pretty permalinks',
      },
      kind: 'url',
      need: 'optional',
      pattern: '^https?://',
    },
    plainField({
      name: 'consumer_key',
      aliases: ['app_key', 'api_key'],
      label: { zh: 'Consumer key', en: 'Consumer key' },
      help: {
        zh: 'WooCommerce → 设置 → 高级 → REST API，权限选“读/写”',
        en: 'WooCommerce, Settings, Advanced, REST API, with read/write permission',
      },
      need: 'poll',
    }),
    secretField({
      name: 'consumer_secret',
      aliases: ['app_secret', 'api_secret'],
      label: { zh: 'Consumer secret', en: 'Consumer secret' },
      help: { zh: '与 Consumer key 一同生成，只显示一次', en: 'Made together with the consumer key and shown once' },
      need: 'poll',
    }),
    secretField({
      name: 'secret',
      aliases: ['webhook_secret'],
      label: { zh: 'Webhook 密钥', en: 'Webhook secret' },
      help: { zh: '在 Webhook 设置中自定，用于校验推送签名', en: 'Chosen in the settings of the webhook; checks the signature of pushes' },
      need: 'push',
    }),
  ],
  options: [
    textOption({
      name: 'shippedStatus',
      label: { zh: '发货后写入的状态', en: 'State written when shipped' },
      help: {
        zh: 'WooCommerce 没有“已发货”状态；装有发货插件的商店可改为插件的状态',
        en: 'WooCommerce has no shipped state; stores with a shipment plugin may name its state',
      },
      default: 'completed',
      unconfirmed: true,
    }),
    callsPerSecond({
      zh: '取决于商店的主机，按每秒 5 次列表、10 次详情估计',
      en: "Depends on the store's host; assumed to be 5 list and 10 detail calls a second",
    }),
  ],
  limits: ASSUMED_LIMITS,
  polls: [numberedList({ maxSpanMs: DAY, lagMs: 2 * SECOND, overlapMs: MINUTE, furthestBackMs: 365 * DAY })],
  token: STATIC_TOKEN,
  detailBatch: 1,
  clockToleranceMs: null,
  origin: 'https://example.com',
  orderIdPattern: '^\\d{1,12}$',
  webhookHelp: {
    zh: '在 WooCommerce → 设置 → 高级 → Webhooks 中各建一个：主题选“订单已创建”“订单已更新”“订单已删除”，交付网址填此地址，密钥与此处相同。连续 5 次失败后 WooCommerce 会停用它，本系统每小时检查并重新启用（密钥须有“读/写”权限），轮询会补齐期间的订单；手动暂停的保持暂停',
    en: 'In WooCommerce, Settings, Advanced, Webhooks, make one each for order created, order updated and order deleted with this delivery address and the same secret. After five failures in a row WooCommerce disables a hook; every hour it is looked for and enabled again (the key needs read/write permission), and polling catches up what was missed. A hook you paused stays paused',
  },
  unconfirmed: [
    { zh: '每页最多 100 单', en: 'At most 100 orders a page' },
    { zh: '启用时的探测请求不带主题，应答 200', en: 'The ping of activation carries no topic and wants 200' },
    { zh: '删除推送只带订单号', en: 'The push of a deletion carries the id alone' },
    { zh: '发货单号所在的扩展字段因插件而异', en: 'Which meta field holds the tracking number depends on the plugin' },
  ],
};
