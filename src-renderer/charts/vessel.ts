/** Half the thickness of the line between two stages, in pixels. */
const NECK = 2;
const FULL_BACKLOG = 4;

/** How far a stage is swollen, 0 to 1: ten orders a quarter, a hundred half, ten thousand full. */
export function swelling(backlog: number): number {
  return Math.min(1, Math.log10(1 + Math.max(0, backlog)) / FULL_BACKLOG);
}

/**
 * A vessel of the stage line as an SVG path in a box of 100 by `height`: a thin line that swells with the backlog.
 * The box is stretched sideways, so the curve says thickness only.
 */
export function vesselPath(backlog: number, height: number): string {
  const middle = height / 2;
  const half = NECK + swelling(backlog) * (middle - NECK - 1);
  const top = (middle - half).toFixed(1);
  const bottom = (middle + half).toFixed(1);
  const neckTop = middle - NECK;
  const neckBottom = middle + NECK;
  return `M0 ${neckTop}C18 ${neckTop} 22 ${top} 50 ${top}S82 ${neckTop} 100 ${neckTop}V${neckBottom}C82 ${neckBottom} 78 ${bottom} 50 ${bottom}S18 ${neckBottom} 0 ${neckBottom}Z`;
}
