import { OHI_PARTS, type HealthPoint, type OhiPartId } from '#shared/health.ts';
import type { LocalisedText } from '#shared/text.ts';
import { byPart, DEFAULT_HEALTH_SETTINGS, effectiveWeights, PART_NAMES } from './parts.ts';

/** What a part did to the index, in points. */
export interface HealthMove {
  part: OhiPartId;
  points: number;
  why: LocalisedText;
}

/** What floating point leaves of a part that did not move. */
const DUST = 1e-9;

type Scored = Pick<HealthPoint, 'ohi' | 'parts'>;

/**
 * What moved the index from one moment to another: each part's contribution in points, largest first; they sum to the
 * change of the index. A part that became measurable, or stopped being so, counts by how far it stood from the index
 * before, so that a mere change of weights moves nothing. Empty when one of the moments has no index.
 */
export function explainMove(
  before: Scored,
  after: Scored,
  weights: Record<OhiPartId, number> = DEFAULT_HEALTH_SETTINGS.weights,
): HealthMove[] {
  const [from, to] = [scoresOf(before), scoresOf(after)];
  const [shareBefore, shareAfter] = [effectiveWeights(from, weights), effectiveWeights(to, weights)];
  if (before.ohi === null || !shareBefore || !shareAfter) return [];
  const base = OHI_PARTS.reduce((sum, part) => sum + shareBefore[part] * (from[part] ?? 0), 0);
  return OHI_PARTS.map((part) => ({
    part,
    points: shareAfter[part] * ((to[part] ?? base) - base) - shareBefore[part] * ((from[part] ?? base) - base),
    why: whyOf(part, from[part], to[part]),
  }))
    .filter((move) => Math.abs(move.points) > DUST)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
}

function scoresOf({ parts }: Scored): Record<OhiPartId, number | null> {
  return byPart((part) => parts[part] ?? null);
}

function whyOf(part: OhiPartId, from: number | null, to: number | null): LocalisedText {
  const name = PART_NAMES[part];
  const [zhFrom, zhTo] = [from, to].map((score) => score?.toFixed(1) ?? '未测量');
  const [enFrom, enTo] = [from, to].map((score) => score?.toFixed(1) ?? 'not measured');
  return { zh: `${name.zh} ${zhFrom} → ${zhTo}`, en: `${name.en} ${enFrom} → ${enTo}` };
}
