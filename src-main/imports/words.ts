import type { OrderStatus } from '#shared/order.ts';
import { ORDER_STATUSES } from '#shared/order.ts';
import type { IMPORT_FIELDS } from '#shared/contract/imports.ts';

export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Words for states that exports of the platforms and of shop systems use. The file's own mapping comes before them. */
const STATUS_WORDS: Record<OrderStatus, readonly string[]> = {
  pending_payment: ['待付款', '未付款', '等待买家付款', '等待付款', 'unpaid', 'pending', 'WAIT_BUYER_PAY'],
  paid: ['已付款', '已支付', '付款成功', '买家已付款'],
  awaiting_shipment: [
    '待发货',
    '未发货',
    '备货中',
    '买家已付款，等待卖家发货',
    '等待卖家发货',
    '等待出库',
    'processing',
    'WAIT_SELLER_SEND_GOODS',
  ],
  shipped: ['已发货', '卖家已发货', '卖家已发货，等待买家确认', '等待买家确认', '运输中', '待收货', 'WAIT_BUYER_CONFIRM_GOODS'],
  delivered: ['已签收', '已送达', '已收货'],
  completed: ['交易成功', '已完成', '完成', '交易完成', 'complete', 'TRADE_FINISHED'],
  cancelled: ['已取消', '取消', '交易取消', 'canceled', 'TRADE_CLOSED_BY_TAOBAO'],
  refunding: ['退款中', '售后中', '退货中'],
  refunded: ['已退款', '退款成功', '退款完成'],
  closed: ['交易关闭', '已关闭', '关闭'],
};

const byWord = new Map<string, OrderStatus>();
for (const status of ORDER_STATUSES) for (const word of [status, ...STATUS_WORDS[status]]) byWord.set(word.toLowerCase(), status);

/** What a file's word for a state means without being told; undefined when nobody can know. */
export function knownStatus(word: string): OrderStatus | undefined {
  return byWord.get(word.trim().toLowerCase());
}

/** Headings that name a field, lower case and without blanks; earlier ones are surer. */
export const HEADINGS: Record<ImportField, readonly string[]> = {
  channelOrderId: [
    '订单编号',
    '订单号',
    '平台订单号',
    '主订单编号',
    '交易编号',
    '订单id',
    'channelorderid',
    'orderid',
    'orderno',
    'ordernumber',
  ],
  status: ['订单状态', '状态', '交易状态', 'status', 'orderstatus'],
  createdAt: ['下单时间', '订单创建时间', '创建时间', '订单提交时间', '拍下时间', 'createdat', 'createtime', 'orderdate', 'created'],
  paidAt: ['付款时间', '订单付款时间', '支付时间', '支付完成时间', 'paidat', 'paytime', 'paymenttime'],
  updatedAt: ['更新时间', '修改时间', '最后更新时间', 'updatedat', 'updatetime', 'modified'],
  paid: [
    '实付金额',
    '买家实付金额',
    '买家实际支付金额',
    '实收金额',
    '订单实付金额',
    '支付金额',
    '订单应付金额',
    'paidamount',
    'amount',
    'total',
  ],
  goods: ['商品金额', '商品总价', '货款金额', '买家应付货款', '商品合计', 'goodsamount', 'subtotal'],
  freight: ['运费', '邮费', '买家应付邮费', '快递费', 'freight', 'shippingfee', 'shipping'],
  discount: ['优惠金额', '优惠', '折扣金额', '店铺优惠', '商家优惠', 'discount', 'discountamount'],
  sku: ['商家编码', 'sku编码', '规格编码', '商品编码', 'sku', '货号', '商家sku', 'skucode', 'itemcode'],
  productName: ['商品名称', '宝贝标题', '商品标题', '标题', '货品名称', '选购商品', 'productname', 'product', 'itemname', 'title'],
  quantity: ['商品数量', '数量', '购买数量', '宝贝数量', '件数', 'quantity', 'qty', 'num'],
  unitPrice: ['商品单价', '单价', '价格', '商品价格', 'unitprice', 'price'],
  buyerKey: ['买家会员名', '买家账号', '买家id', '会员编号', '用户id', 'buyerkey', 'buyerid', 'customerid'],
  buyerName: ['买家昵称', '买家姓名', '买家', '用户昵称', 'buyername', 'buyer', 'customer'],
  receiverName: ['收货人姓名', '收货人', '收件人', '收件人姓名', 'receivername', 'receiver', 'recipient', 'consignee'],
  receiverPhone: [
    '联系手机',
    '收货人手机',
    '手机号',
    '手机',
    '收件人手机',
    '收货电话',
    '联系电话',
    '收件人电话',
    'receiverphone',
    'phone',
    'mobile',
  ],
  country: ['国家', '收货国家', '国家/地区', 'country', 'countrycode'],
  province: ['省', '省份', '收货省份', 'province', 'state'],
  city: ['市', '城市', '收货城市', 'city'],
  district: ['区', '区县', '区/县', '收货区县', 'district', 'county'],
  address: ['收货地址', '详细地址', '收件地址', '地址', '收货人地址', 'address', 'shippingaddress'],
  postcode: ['邮编', '邮政编码', 'postcode', 'zip', 'zipcode'],
  buyerMessage: ['买家留言', '留言', '买家备注', '订单备注', 'buyermessage', 'buyernote', 'note'],
  sellerMemo: ['卖家备注', '商家备注', '备注', '客服备注', 'sellermemo', 'memo', 'remark'],
  trackingNumber: ['物流单号', '快递单号', '运单号', '物流运单号', 'trackingnumber', 'trackingno', 'waybill'],
  carrier: ['快递公司', '物流公司', '承运商', '配送公司', 'carrier', 'logisticscompany', 'shippingprovider'],
  shippingMode: ['配送方式', '发货方式', '运输方式', '物流方式', '快递方式', 'shippingmode', 'shippingmethod', 'deliverymethod'],
  shipByAt: ['最晚发货时间', '承诺发货时间', '应发货时间', '发货截止时间', 'shipby', 'shipbydate', 'latestshipdate'],
  promisedAt: ['承诺送达时间', '预计送达时间', '最晚送达时间', '要求到货时间', 'promisedat', 'deliverby', 'latestdeliverydate'],
  invoiceTitle: ['发票抬头', '抬头', 'invoicetitle'],
  taxNumber: ['税号', '纳税人识别号', '发票税号', 'taxnumber', 'taxid'],
};

/** Names of the fields, for sentences. */
export const FIELD_NAMES: Record<ImportField, { zh: string; en: string }> = {
  channelOrderId: { zh: '订单编号', en: 'order number' },
  status: { zh: '订单状态', en: 'state' },
  createdAt: { zh: '下单时间', en: 'order time' },
  paidAt: { zh: '付款时间', en: 'payment time' },
  updatedAt: { zh: '更新时间', en: 'change time' },
  paid: { zh: '实付金额', en: 'amount paid' },
  goods: { zh: '商品金额', en: 'goods amount' },
  freight: { zh: '运费', en: 'freight' },
  discount: { zh: '优惠金额', en: 'discount' },
  sku: { zh: '商家编码', en: 'SKU' },
  productName: { zh: '商品名称', en: 'product name' },
  quantity: { zh: '数量', en: 'quantity' },
  unitPrice: { zh: '单价', en: 'unit price' },
  buyerKey: { zh: '买家账号', en: 'buyer id' },
  buyerName: { zh: '买家昵称', en: 'buyer name' },
  receiverName: { zh: '收货人', en: 'receiver' },
  receiverPhone: { zh: '收货人手机', en: 'receiver phone' },
  country: { zh: '国家', en: 'country' },
  province: { zh: '省', en: 'province' },
  city: { zh: '市', en: 'city' },
  district: { zh: '区县', en: 'district' },
  address: { zh: '详细地址', en: 'address' },
  postcode: { zh: '邮编', en: 'postcode' },
  buyerMessage: { zh: '买家留言', en: 'buyer message' },
  sellerMemo: { zh: '卖家备注', en: 'seller memo' },
  trackingNumber: { zh: '物流单号', en: 'tracking number' },
  carrier: { zh: '快递公司', en: 'carrier' },
  shippingMode: { zh: '配送方式', en: 'shipping mode' },
  shipByAt: { zh: '最晚发货时间', en: 'ship-by time' },
  promisedAt: { zh: '承诺送达时间', en: 'promised arrival' },
  invoiceTitle: { zh: '发票抬头', en: 'invoice title' },
  taxNumber: { zh: '税号', en: 'tax number' },
};

/** Columns whose content is shown masked only. */
export const PERSONAL_FIELDS: ReadonlySet<ImportField> = new Set<ImportField>([
  'buyerName',
  'receiverName',
  'receiverPhone',
  'address',
  'invoiceTitle',
  'taxNumber',
]);
