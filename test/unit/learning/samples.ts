import type { FeatureSpec, Sample } from '#main/learning/boosting/table.ts';
import { chanceOf } from '#main/learning/random.ts';

export const FEATURES: FeatureSpec[] = [
  { name: 'weight', kind: 'number' },
  { name: 'distance', kind: 'number' },
  { name: 'carrier', kind: 'category' },
  { name: 'noise', kind: 'number' },
];

const HOUR = 3_600_000;

/** Parcels that are late when far and heavy together, or with carrier "slow"; a tenth of the distances is unknown. */
export function parcels(count: number, seed = 3): Sample[] {
  const chance = chanceOf(seed);
  return Array.from({ length: count }, (_, index): Sample => {
    const weight = chance() * 10;
    const distance = chance() * 1_000;
    const carrier = ['slow', 'quick', 'steady'][Math.floor(chance() * 3)]!;
    const risk = (weight > 5 && distance > 500 ? 0.7 : 0.05) + (carrier === 'slow' ? 0.25 : 0);
    const row = [weight, chance() < 0.1 ? null : distance, carrier, chance()];
    return { row, outcome: chance() < risk, at: index * HOUR, knownAt: index * HOUR + 24 * HOUR };
  });
}

export function numbersOf(samples: readonly Sample[]): number[] {
  return samples.map(({ outcome }) => (outcome ? 1 : 0));
}
