import { chanceOf } from '#main/learning/random.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import type { RadarRow } from '#main/radar/encode.ts';
import { PLAIN_FEATURES, readerOf } from '#main/radar/features.ts';
import type { FeaturePlan } from '#main/radar/features.ts';
import { RADAR_INPUTS } from '#main/rules/index.ts';

/** A labelled order of these tests with the vector it was made of. */
export interface TestRow extends RadarRow {
  vector: FieldValue[];
}

/** Values by field; everything else is unknown. */
export function vectorOf(values: Record<string, FieldValue>): FieldValue[] {
  return RADAR_INPUTS.map((id) => values[id] ?? null);
}

export function rowOf(
  buyer: string,
  disputed: boolean,
  values: Record<string, FieldValue>,
  { weight = 1, plans = PLAIN_FEATURES }: { weight?: number; plans?: readonly FeaturePlan[] } = {},
): TestRow {
  const vector = vectorOf(values);
  return {
    ...{ buyer, disputed, weight, vector },
    values: plans.map((plan) => readerOf(plan)(vector[RADAR_INPUTS.indexOf(plan.field)] ?? null)),
  };
}

/** So many orders, a third of them disputed; those are mostly first orders of large sums to one province. Three orders a buyer. */
export function plantedRows(orders: number, seed = 1): TestRow[] {
  const chance = chanceOf(seed);
  return Array.from({ length: orders }, (_, index) => {
    const disputed = index % 3 === 0;
    const looks = chance() < 0.8 ? disputed : !disputed;
    return rowOf(`b${Math.floor(chance() * (orders / 3))}`, disputed, {
      currency: 'CNY',
      'order-amount': Math.round((looks ? 40_000 : 8_000) * (0.5 + chance())),
      'first-order': chance() < 0.1 ? null : looks,
      province: looks ? '广东' : ['江苏', '浙江', '四川'][Math.floor(chance() * 3)]!,
      'buyer-tags': chance() < 0.2 ? ['企业'] : [],
      'local-hour': Math.floor(chance() * 24),
      skus: [`SKU-${index % 4}`],
    });
  });
}
