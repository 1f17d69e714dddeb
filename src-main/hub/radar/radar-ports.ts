import type { ChannelId } from '#shared/channels.ts';
import type { RadarLabel, RadarMapping, RadarModel, RadarSampleSet, RadarTraining } from '#shared/contract/radar.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { FeaturePlan } from '#main/radar/features.ts';
import type { RadarDocument } from '#main/radar/document.ts';
import type { ImportFault } from '../import-ports.ts';
import type { Page } from '../queries.ts';

interface PageRequest {
  limit: number;
  after: string | null;
}

/** A sample set as it is kept. */
export interface StoredSamples extends Omit<RadarSampleSet, 'rereadable' | 'state'> {
  /** `reading`: not read to its end. Whether it is being read now only the running program knows. */
  state: 'reading' | 'ready';
  /** One in so many fine orders was taken: each stands for that many. */
  fineEvery: number;
  /** Of files: the shop of rows without one, how it was read, and the upload whose bytes are kept. */
  file: { channel: ChannelId; shopId: string; mapping: RadarMapping; importId: number } | null;
}

/** A row that names an order of the store. */
export interface LabelledRow {
  orderId: number;
  label: RadarLabel;
  row: number;
  kind: string | null;
  /** What the buyer said, personal data masked. */
  said: string | null;
}

/** An order of the store that a file may mean. */
export interface FoundOrder {
  orderId: number;
  orderNo: string;
}

/** What a training is made of, so that one that was cut off can begin again. */
export interface TrainingTask {
  samples: number[];
  fine: RadarModel['fine'];
  recentDays: number;
  /** Who asked for it. */
  by: string;
}

/** A figure set of a model: what lists show, and the rest. */
export type ModelHead = Omit<RadarModel, 'name' | 'inForce' | keyof ModelFigures>;
export type ModelFigures = Pick<
  RadarModel,
  'folds' | 'seed' | 'calibrationError' | 'curve' | 'suggested' | 'fineWeight' | 'features' | 'recent'
>;

/** An order with its score as the model was made. `reasons` as in vectors. */
export interface ScoredOrder {
  orderId: number;
  score: number;
  label: RadarLabel | null;
  unseen: boolean;
  reasons: string[];
}

export interface RadarStore {
  addSamples(samples: Omit<StoredSamples, 'id' | 'disputed' | 'fine' | 'kinds'>): number;
  /** How its file was read. */
  saveSamples(id: number, read: Pick<StoredSamples, 'state' | 'rows' | 'badRows'>): void;
  samples(id: number): StoredSamples | null;
  listSamples(page: PageRequest): Page<StoredSamples>;
  /** Sets whose file was not read to its end. */
  unfinished(): number[];
  /** Takes its labels and faults away, which leaves it to be read anew; the set itself only where `whole`. */
  clearSamples(id: number, whole: boolean): void;
  /** The row of the file that named the order before; null: it was added. */
  addLabel(id: number, label: LabelledRow): number | null;
  /** Labels of several sets, and how many orders each stands for. */
  labels(ids: readonly number[]): { orderId: number; label: RadarLabel; weight: number }[];
  addFaults(id: number, faults: readonly ImportFault[]): void;
  faults(id: number, page: PageRequest): Page<ImportFault>;
  /** The order a file means: by the platform's number in a shop, else by its own. */
  find(name: string, shop: { channel: string; shopId: string }): FoundOrder | null;

  /** Orders placed in [from, to) whose outcome is known, after a row. */
  outcomes(span: { from: number; to: number }, after: number, limit: number): { orderId: number; outcome: 'good' | 'bad' }[];
  /** Orders known to have ended well before a row, one in `every` by row, newest first. */
  fine(every: number, before: number, limit: number): number[];
  recentCount(span: { from: number; to: number }): number;
  /** Judged orders placed in the span, one in `every` of them by row. */
  recent(span: { from: number; to: number }, every: number): number[];

  mapping(headings: string): RadarMapping | null;
  rememberMapping(headings: string, mapping: RadarMapping, at: number): void;

  addTraining(training: RadarTraining, task: TrainingTask): number;
  saveTraining(id: number, training: RadarTraining): void;
  /** The newest one. */
  training(): { id: number; training: RadarTraining; task: TrainingTask } | null;

  /** Keeps a model for ever; answers its number. */
  addModel(model: { head: ModelHead; figures: ModelFigures; document: RadarDocument; orders: readonly ScoredOrder[] }): number;
  model(id: number): { head: ModelHead; figures: ModelFigures } | null;
  /** Its weights, as stored. */
  document(id: number): unknown;
  newestModel(): number | null;
  listModels(page: PageRequest): Page<{ id: number; head: ModelHead }>;
  /** From a score on, highest first. */
  modelOrders(id: number, threshold: number, page: PageRequest): Page<ScoredOrder & { orderNo: string }>;
}

/** What a training's thread is given. Structured-clone safe. */
export interface TrainingOrder {
  labelled: readonly { orderId: number; disputed: boolean; weight: number }[];
  recent: { from: number; to: number; every: number; orders: number; ids: readonly number[] };
  checks: readonly FeaturePlan[];
  seed: number;
}

/** What it finds: everything of the model but what the hub knows itself. */
export interface TrainingResult {
  document: RadarDocument;
  counts: { disputed: number; fine: number; buyers: number };
  figures: ModelFigures;
  areaUnderCurve: RadarModel['areaUnderCurve'];
  orders: ScoredOrder[];
}

export type TrainingEnd =
  | { result: TrainingResult }
  /** Nothing can be learnt: too few orders of one kind. */
  | { problem: LocalisedText; error: unknown };

export interface TrainingListener {
  progress(stage: RadarTraining['stage'], done: number, of: number): void;
  /** Told once, and nothing after it. */
  end(outcome: TrainingEnd): void;
}

/** Learns beside the hub, in a thread of its own that reads the store as it lies on the disk. */
export type StartTraining = (order: TrainingOrder, listener: TrainingListener) => { stop(): Promise<void> };
