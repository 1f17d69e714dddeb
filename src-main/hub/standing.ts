import type { LocalisedText } from '#shared/text.ts';
import type { CustomerProfile, ShopStatistics } from '#main/model/facts.ts';

/** B2: why limits are relaxed for a buyer, in words; null for a buyer without standing. */
export function standingOf(profile: CustomerProfile, shop: ShopStatistics): LocalisedText | null {
  const reasons: LocalisedText[] = [];
  if (profile.tags.includes('corporate')) reasons.push({ zh: '企业客户', en: 'corporate buyer' });
  const average = profile.orders > 0 ? profile.paidMinor / profile.orders : 0;
  // As the rules see it: one good day is no habit, and the order at hand may be that day.
  if (profile.orderDays > 1 && shop.topTenthAverageMinor !== null && average >= shop.topTenthAverageMinor) {
    reasons.push({ zh: '客单价居前 10%', en: 'average order value in the top 10 %' });
  }
  const again = profile.orderDays > 1 ? (profile.orderDays - 1) / profile.orderDays : 0;
  if (again > REPURCHASE_SHARE && profile.refundedOrders * 2 <= profile.orders) {
    reasons.push({ zh: `复购客户，${profile.orderDays} 天有下单`, en: `returning buyer, ordered on ${profile.orderDays} days` });
  }
  if (reasons.length === 0) return null;
  return { zh: reasons.map(({ zh }) => zh).join('；'), en: reasons.map(({ en }) => en).join('; ') };
}

/** B2: a repurchase rate above this relaxes limits. */
const REPURCHASE_SHARE = 0.3;
