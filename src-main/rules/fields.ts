import { field, number, SENSITIVE, text, yesNo, type FieldDefinition, type FieldGroup, type Ungrouped } from './field-definition.ts';
import { BESIDE_RADAR, RADAR_MODEL, RADAR_REASONS, RADAR_SCORE } from './radar-fields.ts';

const GROUPS: Record<FieldGroup, Ungrouped[]> = {
  /** Money, in minor units of the order's own currency. */
  amount: [
    number(
      'minor',
      'order-amount',
      ['订单金额', 'Order amount'],
      ['实付；未付款时为应付（货款＋运费－优惠）', 'Paid; while unpaid the payable sum'],
    ),
    number('minor', 'paid-amount', ['实付金额', 'Paid amount'], ['已付金额', 'Money paid so far']),
    number('minor', 'goods-amount', ['商品金额', 'Goods amount'], ['优惠前的商品合计', 'Goods before discounts']),
    number('minor', 'freight-amount', ['运费', 'Freight'], ['买家支付的运费', 'Freight the buyer pays']),
    number('minor', 'coupon-amount', ['优惠券金额', 'Coupon'], ['使用的优惠券', 'Coupons used']),
    number('minor', 'discount-amount', ['优惠金额', 'Discount'], ['优惠与优惠券两者取大', 'The larger of discount and coupon']),
    number(
      'percent',
      'discount-share',
      ['优惠占比', 'Discount share'],
      [
        '优惠 ÷（实付＋优惠）。若直接除以实付，五折商品就已是 100%，会误拦所有半价订单',
        'Discount ÷ (paid + discount). Dividing by the paid sum alone would put every half-price order at 100 %',
      ],
    ),
  ],
  customer: [
    number(
      'ratio',
      'amount-vs-customer-average',
      ['金额与本人 30 天均值之比', "Amount against the customer's 30-day average"],
      [
        '本单金额 ÷ 该客户此前 30 天已付订单均值；少于 3 单时未知',
        'This amount ÷ mean of the paid orders of the 30 days before; unknown below 3 orders',
      ],
    ),
    number(
      'ratio',
      'amount-vs-shop-average',
      ['金额与店铺月均值之比', "Amount against the shop's monthly average"],
      [
        '本单金额 ÷ 店铺 30 天客单价；店铺少于 30 单时未知',
        'This amount ÷ the mean order of the shop over 30 days; unknown below 30 orders',
      ],
    ),
    number(
      'percent',
      'customer-repurchase-rate',
      ['复购率', 'Repurchase rate'],
      [
        '（下单天数－1）÷ 订单数：只有隔日再来才算复购，同一天连下多单不算',
        '(days with an order − 1) ÷ orders: coming back on another day counts, many orders on one day do not',
      ],
    ),
    number('count', 'customer-orders', ['历史订单数', 'Earlier orders'], ['该客户此前的订单数', "The customer's orders before this one"]),
    number(
      'minor',
      'customer-average',
      ['历史客单价', "Customer's average order"],
      ['该客户已付订单均值', "Mean of the customer's paid orders"],
    ),
    number(
      'percent',
      'customer-refund-share',
      ['历史退款率', "Customer's refund share"],
      ['该客户退款订单占比', "Share of the customer's orders refunded"],
    ),
    number(
      'percent',
      'rebooked-refund',
      ['退款商品原样重订', 'Refunded goods booked again'],
      [
        '商品与数量同该买家刚退的一笔完全相同：此类订单有多少在一天内又全部退回，先按出厂经验，再按本店结果修正。不是此类订单为 0',
        'The goods and quantities are those of one refund of this buyer: how many such orders were wholly taken back within a day, as shipped and then as this shop learns; 0 for any other order',
      ],
    ),
    number(
      'percent',
      'open-price-order',
      ['只含不定价商品的订单', 'Order of open-priced articles alone'],
      [
        '全是手工定价（历史单价相差数倍）的商品，金额接近该买家平时一单：此类订单有多少在一天内又全部退回。不是此类订单为 0',
        "Nothing but articles whose price is entered by hand (past prices differ several times over), an amount like the buyer's usual order: how many such were wholly taken back within a day; 0 for any other order",
      ],
    ),
    number(
      'ratio',
      'quantity-vs-shop',
      ['最大单品件数 ÷ 本店惯常最大件数', 'Largest line ÷ largest usual in the shop'],
      [
        '本店约七百行商品才有一行超过“惯常最大件数”（按历史件数的对数算出）；不足两倍为 0，历史不足两百行时为 0',
        'About one line in 700 of this shop is above its largest usual quantity (from the logarithms of past quantities); 0 below two times, and with fewer than 200 lines of past',
      ],
    ),
    number(
      'count',
      'orders-today',
      ['当日订单数', 'Orders on this day'],
      ['该客户当日（北京时间）订单数，含本单', 'Orders of the customer on this calendar day, this one included'],
    ),
    yesNo('first-order', ['首单', 'First order'], ['此前没有订单', 'No order before this one']),
    yesNo(
      'customer-top-tenth',
      ['客单价前 10%', 'Top tenth by average order'],
      ['历史客单价位于店铺前 10%', 'Average order among the top tenth of the shop'],
    ),
    yesNo(
      'corporate-buyer',
      ['企业客户', 'Corporate buyer'],
      [
        '平台或本店给客户打了企业标签；发票上的税号谁都能填，不算',
        'Tagged so by the platform or the shop; a tax number anybody can type does not count',
      ],
    ),
    field(
      'words',
      'text',
      'buyer-tags',
      ['客户标签', 'Buyer tags'],
      ['平台或本店给客户打的标签', 'Tags the platform or the shop gave the buyer'],
    ),
  ],
  place: [
    number(
      'km',
      'distance-from-usual-area',
      ['距常用收货地', 'Distance from the usual area'],
      ['收货城市与该客户最常用收货城市的直线距离', 'Great-circle distance between the receiving city and the one used most'],
    ),
    number(
      'percent',
      'region-return-rate',
      ['地区退货率', 'Return rate of the region'],
      ['收货省份历史退货率；少于 30 单时未知', 'Share of returned orders of the receiving province; unknown below 30 orders'],
    ),
    text('province', ['收货省份', 'Province'], ['省份简称，如「浙江」', 'Short Chinese name of the province']),
    text('city', ['收货城市', 'City'], ['平台给出的城市', 'City as the platform names it']),
    text('country', ['收货国家', 'Country'], ['ISO 3166 两位代码或平台原文', "ISO 3166 code or the platform's word"]),
    text(
      'address-text',
      ['收货地址', 'Address'],
      ['明文详细地址；密文或脱敏时未知', 'Plain street address; unknown when masked or encrypted'],
      SENSITIVE,
    ),
    yesNo(
      'address-complete',
      ['地址完整', 'Address complete'],
      [
        '有门牌、楼栋、村组或单位等可投递要素；密文或脱敏时未知',
        'Has a number, building, village or unit a courier can find; unknown when masked',
      ],
    ),
    yesNo(
      'phone-malformed',
      ['手机号格式错误', 'Phone malformed'],
      [
        '大陆手机号 11 位且以 1 开头，境外按 E.164 长度；密文或脱敏时未知',
        'Mainland mobile: 11 digits from 13 to 19; foreign: E.164 length; unknown when masked',
      ],
    ),
  ],
  text: [
    text('remarks', ['备注', 'Remarks'], ['买家留言与卖家备注', "Buyer's message and seller's memo"], SENSITIVE),
    text('buyer-message', ['买家留言', "Buyer's message"], ['买家留言', "Buyer's message"], SENSITIVE),
    text('invoice-wish', ['开票要求', 'Invoice wish'], ['发票内容与买家留言', "Invoice content and the buyer's message"], SENSITIVE),
    yesNo(
      'invoice-incomplete',
      ['发票资料不全', 'Invoice incomplete'],
      ['缺抬头，或企业抬头缺税号', 'No title, or a company title without a tax number'],
    ),
  ],
  order: [
    field('text', 'channel', 'channel', ['渠道', 'Channel'], ['订单来自的平台', 'Platform the order comes from']),
    text('currency', ['币种', 'Currency'], ['ISO 4217 代码', 'ISO 4217 code']),
    number('hour', 'local-hour', ['下单时段', 'Hour of the day'], ['北京时间 0–23 点', 'Hour 0 to 23 in Asia/Shanghai']),
    number('weekday', 'weekday', ['星期', 'Day of the week'], ['北京时间', 'In Asia/Shanghai']),
    number('count', 'line-count', ['商品行数', 'Lines'], ['订单行数', 'Lines of the order']),
    number('count', 'gift-pieces', ['赠品件数', 'Gift pieces'], ['赠品合计件数', 'Pieces that are free gifts']),
    field('words', 'text', 'skus', ['商品编码', 'SKUs'], ['订单中的商品编码', 'SKUs of the lines']),
    text('goods-names', ['商品名称', 'Names of goods'], ['全部商品名称', 'Names of all lines']),
    field(
      'words',
      'text',
      'order-tags',
      ['订单标签', 'Order tags'],
      ['来源、时段、预售、赠品等标签', 'Tags of source, hour, presale, gifts'],
    ),
    text('shop', ['店铺', 'Shop'], ['店铺编号', 'Id of the shop']),
    number('count', 'pieces', ['件数', 'Pieces'], ['全部商品件数', 'Pieces of all lines']),
    number(
      'count',
      'largest-line-pieces',
      ['单品最大件数', 'Pieces of the largest line'],
      ['件数最多的一行', 'Pieces of the line with most'],
    ),
    yesNo(
      'mixed-storage',
      ['冷链与常温混装', 'Cold and normal goods together'],
      ['同一订单含冷链与常温商品', 'Cold-chain and normal goods in one order'],
    ),
    yesNo('presale', ['预售', 'Presale'], ['预售订单', 'Presale order']),
    text('ip', ['下单 IP', 'IP address'], ['下单 IP', 'Address the order was placed from'], SENSITIVE),
    text('device', ['设备指纹', 'Device'], ['设备指纹', 'Device fingerprint'], SENSITIVE),
  ],
  stock: [
    number('count', 'stock-missing-spot', ['现货缺口', 'Spot pieces missing'], ['现货池缺少的件数', 'Pieces the spot pool lacks']),
    number(
      'count',
      'stock-missing-presale',
      ['预售缺口', 'Presale pieces missing'],
      ['预售额度缺少的件数', 'Pieces the presale quota lacks'],
    ),
  ],
  association: [
    number(
      'count',
      'merge-candidates',
      ['可合并订单', 'Merge candidates'],
      ['30 分钟内同手机同地址的其他订单', 'Other orders, same phone and address, within 30 min'],
    ),
    number(
      'count',
      'duplicate-candidates',
      ['疑似重复单', 'Suspected duplicates'],
      ['两分钟内同客户、同商品、同金额的订单', 'Orders of the same buyer, goods and sum within two minutes'],
    ),
  ],
  /** Unknown until their source is connected. */
  source: [
    number(
      'percent',
      'tier-discount-excess',
      ['超出等级优惠', 'Discount beyond the tier'],
      ['优惠超出客户等级上限', 'Discount above the tier limit'],
      { source: 'crm', lowest: -100 },
    ),
    number(
      'count',
      'wms-missing',
      ['仓库实物缺口', 'Missing in the warehouse'],
      ['仓库快照缺少的件数', 'Pieces the warehouse snapshot lacks'],
      { source: 'wms' },
    ),
    number('score', 'risk-score', ['外部风险分', 'Outside risk score'], ['风控服务评分 0–100', 'Score of the risk service'], {
      source: 'risk-list',
    }),
    number(
      'ratio',
      'declared-vs-paid',
      ['申报价与实付之比', 'Declared against paid'],
      [
        '渠道给出的海关申报价 ÷ 实付。渠道未给出，或币种不同又无约定汇率时未知',
        'Customs value the channel tells ÷ paid; unknown where it tells none, or in another currency without a stated rate',
      ],
      { source: 'customs' },
    ),
    number(
      'minor',
      'duty-free-excess',
      ['超出免税额', 'Above the duty-free limit'],
      [
        '申报价超过目的地当日免税额的部分。无申报价、表中无该目的地或无约定汇率时未知',
        'Declared value beyond the limit of the destination on that day; unknown without a declared value, without a row for the destination, or without a stated rate',
      ],
      { source: 'customs', beside: ['duty-free-basis'] },
    ),
    field(
      'text',
      'duty-basis',
      'duty-free-basis',
      ['免税限额的依据', 'Basis of the duty-free limit'],
      [
        '所用的免税限额是否在主管机关公布的规定中核对过；没有申报价或表中没有该目的地时未知',
        'Whether the limit was found in what its authority published; unknown without a declared value or a row for the destination',
      ],
      { source: 'customs' },
    ),
  ],
  /** Scores of trained models; unknown until one is switched on. */
  model: [
    number(
      'percent',
      'late-probability',
      ['延误概率', 'Probability of being late'],
      [
        '按本店历史预测到承诺时间仍未送达的可能；历史不足或模型未就绪时未知',
        "How likely it will not have arrived by its promise, from the shop's own history; unknown while there is too little of it",
      ],
      { source: 'model' },
    ),
    number(
      'percent',
      'return-probability',
      ['退货概率', 'Probability of a return'],
      [
        '按本店历史预测 30 天内发生退款的可能；历史不足或模型未就绪时未知',
        "How likely something comes back within 30 days, from the shop's own history; unknown while there is too little of it",
      ],
      { source: 'model' },
    ),
    number(
      'score',
      'complaint-tendency',
      ['投诉倾向', 'Complaint tendency'],
      [
        '模型从买家留言判断的投诉可能 0–100；没有留言为 0，模型不可用时未知',
        "How likely a complaint follows from the buyer's message, 0–100; 0 without a message, unknown without the model",
      ],
      { source: 'model', beside: ['complaint-reasons', 'message-model'], because: 'complaint-reasons' },
    ),
    field(
      'words',
      'intent',
      'message-intent',
      ['留言意图', 'Intent of the message'],
      ['模型从买家留言判断的意图，可有多个', 'What the buyer wants, as the model reads the message; there can be several'],
      { source: 'model', beside: ['message-model'] },
    ),
    field(
      'words',
      'text',
      'complaint-reasons',
      ['投诉依据', 'What spoke for a complaint'],
      ['留言中最能说明投诉倾向的词', 'The pieces of the message that spoke most for a complaint'],
      { source: 'model' },
    ),
    number(
      'score',
      RADAR_SCORE,
      ['异常雷达评分', 'Radar score'],
      [
        '用历史纠纷训练的分类器给订单的评分 0–100，50 表示与纠纷单、正常单同样相似；规则未指定模型时未知',
        'Score 0–100 of the classifier taught by past disputes, 50 is as like disputed as like fine orders; unknown where no rule names a model',
      ],
      { source: 'model', beside: BESIDE_RADAR, because: RADAR_REASONS },
    ),
    field('words', 'reason', RADAR_REASONS, ['雷达依据', 'Reasons of the radar'], ['对评分影响最大的几项', 'What moved the score most'], {
      source: 'model',
    }),
    text(
      RADAR_MODEL,
      ['雷达模型', 'Radar model'],
      [
        '给出评分的模型版本，如 radar-3；规则用它指定模型',
        'Version of the model that gave the score, such as radar-3; rules name their model by it',
      ],
      { source: 'model', beside: [RADAR_SCORE, ...BESIDE_RADAR] },
    ),
    text('message-model', ['留言模型', 'Message model'], ['判断留言的模型版本', 'Version of the model that read the message'], {
      source: 'model',
    }),
  ],
};

/** Every field a rule may read, except the sliding windows, which are written `window` with a specification. */
export const DEFINITIONS: readonly FieldDefinition[] = Object.entries(GROUPS).flatMap(([group, definitions]) =>
  definitions.map((definition) => ({ ...definition, group: group as FieldGroup })),
);
