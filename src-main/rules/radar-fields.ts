/** The field that holds what the radar says of an order (B8). */
export const RADAR_SCORE = 'radar-score';
export const RADAR_REASONS = 'radar-reasons';
export const RADAR_MODEL = 'radar-model';

/**
 * Fields a radar model may read. All of them follow from the order and its history as they were when it came in: nothing that is told
 * later, nothing of the shelves, nothing other models forecast. They stand in every vector that holds a score, so that a stored score can
 * be derived again from the vector and its model alone.
 */
export const RADAR_INPUTS: readonly string[] = [
  ...['order-amount', 'discount-share', 'freight-amount'],
  ...['amount-vs-customer-average', 'amount-vs-shop-average', 'customer-repurchase-rate', 'customer-orders', 'customer-refund-share'],
  ...['orders-today', 'first-order', 'customer-top-tenth', 'corporate-buyer', 'buyer-tags'],
  ...['distance-from-usual-area', 'region-return-rate', 'province', 'country', 'address-complete', 'phone-malformed'],
  ...['invoice-incomplete', 'complaint-tendency', 'message-intent'],
  ...['channel', 'shop', 'local-hour', 'weekday', 'line-count', 'gift-pieces', 'pieces', 'largest-line-pieces', 'skus', 'order-tags'],
  ...['mixed-storage', 'presale'],
  ...['window:orders:buyer:10', 'window:orders:phone:10', 'window:buyers:ip:10'],
  // Only for text checks: of these a model learns whether something was found, never what stands there.
  ...['remarks', 'buyer-message', 'invoice-wish', 'address-text', 'ip', 'device'],
];

/** Inputs that are only looked into. */
export const RADAR_TEXTS: readonly string[] = ['remarks', 'buyer-message', 'invoice-wish', 'address-text', 'ip', 'device'];

/** What stands in a vector beside a score. */
export const BESIDE_RADAR: readonly string[] = [RADAR_REASONS, RADAR_MODEL, 'message-model', ...RADAR_INPUTS];

/** Is it what the radar says, not what it reads? */
export function isRadarField(id: string): boolean {
  return id === RADAR_SCORE || id === RADAR_REASONS || id === RADAR_MODEL;
}
