/** How a list wants to be read; the part of a channel's `PollTraits` planning needs. Durations in ms. */
export interface ReadingTraits {
  paging: 'backwards' | 'cursor';
  firstPage: 0 | 1;
  pageSize: number;
  deepestPage: number | null;
  maxSpanMs: number;
  lagMs: number;
  overlapMs: number;
  granularityMs: 1 | 1_000;
}

/** [from, to) in platform time, epoch ms. */
export interface Window {
  from: number;
  to: number;
}
