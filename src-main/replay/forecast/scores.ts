/** What a forecast said of one order when it came in. */
export interface Score {
  id: string;
  /** Epoch ms. */
  at: number;
  probability: number;
  /** Before calibration: ranks across refits. */
  ranking: number;
  /** What the model that stood at the split of the file says, of orders after it and of the thirty days before; else null. */
  frozen: number | null;
}

/** The forecasts of one file, in its order, and how they came about. */
export interface Scores {
  scores: Score[];
  orders: number;
  fits: number;
  /** Outcomes learnt by the end of the file. */
  learnt: { yes: number; no: number };
}
