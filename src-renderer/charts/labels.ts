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

/** Puts each name to the right, or to the left where a neighbour stands on the right. */
export function placeLabels(points: readonly Omit<Spot, 'side'>[]): Spot[] {
  return points.map((point) => {
    const crowded = points.some(
      (other) => other.id !== point.id && Math.abs(other.y - point.y) < TALL && other.x > point.x && other.x - point.x < WIDE,
    );
    return { ...point, side: crowded ? 'left' : 'right' };
  });
}
