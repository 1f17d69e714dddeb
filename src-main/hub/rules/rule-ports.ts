import type { ApplyChange } from '#shared/contract/rule-runs.ts';
import type { LintFinding, RuleBody, RuleDraftSummary, RuleVersion } from '#shared/contract/rule-work.ts';
import type { RuleSet } from '#shared/rule.ts';
import type { TaskDraft } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';

/** A published rule set; it never changes. `fields` is the vector of its verdicts, `document` the set as it was written. */
export interface StoredRuleSet extends Pick<RuleVersion, 'version' | 'publishedAt' | 'by' | 'approvedBy' | 'note' | 'origin'> {
  fields: string[];
  document: unknown;
}

export interface RuleSetStore {
  newest(): StoredRuleSet | null;
  get(version: number): StoredRuleSet | null;
  /** The newest one of an origin. */
  newestOf(origin: RuleVersion['origin']): StoredRuleSet | null;
  /** Also raises the highest version each rule ever had. */
  publish(set: Omit<StoredRuleSet, 'document'> & { document: RuleSet }): void;
  /** The highest version a rule was ever published with, by rule id: numbers are not used again when a rule comes back. */
  ruleVersions(): Map<string, number>;
  /** Published sets below a version (null: from the newest on), newest first, without their documents. */
  list(before: number | null, limit: number): Omit<RuleVersion, 'current'>[];
}

/** A rule set under work. `writers` are all who wrote in it: none of them is its second person. */
export interface StoredDraft extends Omit<RuleDraftSummary, 'id' | 'approvers' | 'mayApprove'> {
  id: number;
  origin: Exclude<RuleVersion['origin'], 'shipped'>;
  createdAt: number;
  body: RuleBody;
  /** What a file held that has no place in a draft; told until it is saved. */
  leftOut: LintFinding[];
}

export interface RuleDraftStore {
  add(draft: Omit<StoredDraft, 'id'>): number;
  get(id: number): StoredDraft | null;
  /** Writes it where the stored revision is still `expected`; false: nothing was written. `sameBody`: its body stands already. */
  save(draft: StoredDraft, expected: number, sameBody: boolean): boolean;
  /** Newest first; drafts that ended only with `all`. Bodies are left where they are. */
  list(all: boolean): Omit<StoredDraft, 'body' | 'leftOut'>[];
  /** How many wait for approval. */
  waiting(): number;
}

/** How an order stood before a run changed it: what one undo restores. */
export interface OrderBefore extends Pick<OrderRecord, 'hold' | 'holdEvidence' | 'clearances' | 'openTasks' | 'grade' | 'healthScore'> {
  /** Tasks the run settled, to be opened again. */
  tasks: TaskDraft[];
}

/** A run over the open orders (M4), from its preview to its undo. */
export interface StoredRun {
  id: number;
  ruleSetVersion: number;
  at: number;
  by: string;
  /**
   * `previewing`: its orders are being written, and nobody has heard of it; `applying` and `undoing` are found only where the program
   * ended on the way.
   */
  state: 'previewing' | 'previewed' | 'applying' | 'applied' | 'undoing' | 'undone';
  undoUntil: number | null;
}

/** One order of a run. */
export interface RunOrder extends Pick<ApplyChange, 'orderNo' | 'version' | 'change' | 'sentence'> {
  seq: number;
  /** Windows it was not counted by when it came in, by field id. */
  counts: Record<string, number>;
  state: 'waiting' | 'applied' | 'left' | 'undone' | 'kept';
  /** Version the run made of it; null before. */
  madeVersion: number | null;
  before: OrderBefore | null;
}

export type NewRunOrder = Pick<RunOrder, 'orderNo' | 'version' | 'change' | 'sentence' | 'counts'>;

export interface RuleRunStore {
  add(run: Omit<StoredRun, 'id'>): number;
  /** Adds orders to a run, numbered on from the last one. */
  addOrders(runId: number, changes: readonly NewRunOrder[]): void;
  get(id: number): StoredRun | null;
  /** The newest one whose preview is whole. */
  last(): StoredRun | null;
  /** The newest one that was more than a preview. */
  lastApplied(): StoredRun | null;
  save(run: StoredRun): void;
  /** Orders of a run in one of the states, by `seq`, beginning after one. */
  orders(runId: number, after: number, limit: number, state?: RunOrder['state']): RunOrder[];
  saveOrder(runId: number, order: Pick<RunOrder, 'seq' | 'state' | 'madeVersion' | 'before'>): void;
  counts(runId: number): Record<ApplyChange['change'], number>;
  /** Numbers of the orders that were left alone, at the run or at its undo. */
  leftAlone(runId: number): string[];
  /** Throws previews away that were never run, or never whole, all but one. */
  dropPreviews(but: number): void;
}
