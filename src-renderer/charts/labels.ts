export interface Spot {
  id: string;
  /** Pixels from the left and top edge. */
  x: number;
  y: number;
  /** The side its name stands on. */
  side: 'left' | 'right';
}

/** A name this near in height and this near beside it would be written over a neighbour. */
const TALL = 24;
const WIDE = 110;

/**
 * Puts each name to the right, or to the left where a neighbour stands on the right, or a place of the map that must not be
 * written over (`keepClear`).
 */
export function placeLabels(points: readonly Omit<Spot, 'side'>[], keepClear: readonly { x: number; y: number }[] = []): Spot[] {
  return points.map((point) => {
    const others = [...points.filter(({ id }) => id !== point.id), ...keepClear];
    const crowded = others.some(({ x, y }) => Math.abs(y - point.y) < TALL && x > point.x && x - point.x < WIDE);
    return { ...point, side: crowded ? 'left' : 'right' };
  });
}
