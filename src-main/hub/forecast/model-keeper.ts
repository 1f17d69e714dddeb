import { areaUnderCurve } from '#main/learning/metrics.ts';
import { Forecast } from '#main/learning/forecast.ts';
import { ModelError } from '#main/learning/boosting/model.ts';
import type { FeatureRow, FeatureSpec, Sample } from '#main/learning/boosting/table.ts';
import type { LocalisedText } from '#shared/text.ts';
import { HOUR } from '#shared/time.ts';
import type { Clock, Logger } from '../ports.ts';
import type { ForecastKind, ForecastStore, StartFit, StoredModel } from './forecast-ports.ts';
import { RollingForecast } from './rolling.ts';
import type { RefitPlan } from './rolling.ts';

export interface KeeperParts {
  kind: ForecastKind;
  features: readonly FeatureSpec[];
  plan: RefitPlan;
  store: ForecastStore;
  clock: Clock;
  logger: Logger;
  startFit: StartFit;
  /** A model came into service, or was put aside. */
  onModel(stored: StoredModel, text: LocalisedText): void;
}

/** Samples kept in memory, some 1.5 kB each. */
const SAMPLES_KEPT = 20_000;
/** A new model may rank this much worse than the one in service before it is put aside: seasons differ by more. */
const TOLERANCE = 0.02;
const LATER_SHARE = 0.2;
/** After a fit that failed (its thread died, the store was full) the next is tried no sooner. */
const RETRY_AFTER = 6 * HOUR;

/** One forecast of the running hub: its samples, its schedule, the model in service and its figures. */
export class ModelKeeper {
  readonly #parts: KeeperParts;
  readonly #rolling: RollingForecast<Forecast>;
  #current: StoredModel | null = null;
  #running: ReturnType<StartFit> | null = null;
  #done: Promise<void> = Promise.resolve();
  #failedAt: number | null = null;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    const { plan } = parts;
    this.#rolling = new RollingForecast<Forecast>({ fit: () => this.#never(), plan, keep: SAMPLES_KEPT });
    this.#restore();
  }

  get current(): StoredModel | null {
    return this.#current;
  }
  get model(): Forecast | null {
    return this.#rolling.model;
  }
  get known(): { yes: number; no: number } {
    return this.#rolling.known;
  }
  get training(): boolean {
    return this.#running !== null;
  }
  get features(): readonly FeatureSpec[] {
    return this.#parts.features;
  }

  read(id: string, row: FeatureRow, at: number): void {
    this.#rolling.read(id, row, at);
  }
  learn(id: string, outcome: boolean, knownAt: number): void {
    this.#rolling.learn(id, outcome, knownAt);
  }
  forget(id: string): void {
    this.#rolling.forget(id);
  }

  /** Learns again in the background where it is due; resolves when the model is in service or put aside, also one that is learnt already. */
  refit(): Promise<void> {
    const at = this.#parts.clock.now();
    const waits = this.#failedAt !== null && at - this.#failedAt < RETRY_AFTER;
    if (this.#running === null && !waits && this.#rolling.isDue(at)) this.#done = this.#fit(at);
    return this.#done;
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  async #fit(at: number): Promise<void> {
    const { features, startFit, logger, kind } = this.#parts;
    const samples = this.#rolling.begin(at);
    const { yes, no } = this.#rolling.known;
    try {
      this.#running = startFit({ features, samples });
      const document = await this.#running.result;
      if (document !== null) this.#take(Forecast.parse(document), samples, { at, known: yes + no });
      this.#failedAt = null;
    } catch (error) {
      this.#rolling.abandon();
      this.#failedAt = at;
      logger.error({ err: error, forecast: kind }, 'a forecast could not be learnt; the one before stays in service');
    } finally {
      this.#running = null;
    }
  }

  #take(model: Forecast, samples: readonly Sample[], fitted: { at: number; known: number }): void {
    const { kind, store, onModel } = this.#parts;
    const worse = this.#isWorse(model, samples);
    const stored: StoredModel = {
      kind,
      trainedAt: fitted.at,
      known: fitted.known,
      samples: model.learntFrom.samples,
      outcomes: model.learntFrom.outcomes,
      evaluation: model.evaluation,
      state: worse ? 'put-aside' : 'in-service',
      document: model.toJSON(),
    };
    store.add(stored);
    if (!worse) {
      this.#rolling.take(model, fitted);
      this.#current = stored;
    }
    onModel(stored, worse ? PUT_ASIDE[kind] : IN_SERVICE[kind]);
  }

  /** Both on the latest fifth of the samples: the new recipe learnt without it, so the comparison favours what is in service. */
  #isWorse(model: Forecast, samples: readonly Sample[]): boolean {
    const area = model.evaluation?.areaUnderCurve ?? null;
    const inService = this.#rolling.model;
    if (inService === null || area === null) return false;
    const later = samples.toSorted((a, b) => a.at - b.at).slice(Math.floor(samples.length * (1 - LATER_SHARE)));
    const before = areaUnderCurve(
      later.map(({ row }) => inService.ranking(row)),
      later.map(({ outcome }) => (outcome ? 1 : 0)),
    );
    return before !== null && area < before - TOLERANCE;
  }

  /** A stored model reads the features of its day; where they are others now it cannot be asked. */
  #restore(): void {
    const { store, kind, features, logger } = this.#parts;
    const stored = store.current(kind);
    if (!stored) return;
    try {
      const model = Forecast.parse(stored.document);
      if (JSON.stringify(model.features.map(({ name }) => name)) !== JSON.stringify(features.map(({ name }) => name))) return;
      this.#rolling.take(model, { at: stored.trainedAt, known: stored.known });
      this.#current = stored;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      logger.warn({ err: error, forecast: kind }, 'a stored forecast cannot be read; it is learnt anew');
    }
  }

  #never(): never {
    throw new RangeError('A forecast of the hub is fitted in the background.');
  }
}

const IN_SERVICE: Record<ForecastKind, LocalisedText> = {
  late: { zh: '延误预测已用新的结果重新训练并启用', en: 'The delay forecast was learnt again from new outcomes and is in service' },
  return: { zh: '退货预测已用新的结果重新训练并启用', en: 'The return forecast was learnt again from new outcomes and is in service' },
};
const PUT_ASIDE: Record<ForecastKind, LocalisedText> = {
  late: {
    zh: '新训练的延误预测不如现用的，已搁置，现用模型不变',
    en: 'The newly learnt delay forecast was worse than the one in service, which stays',
  },
  return: {
    zh: '新训练的退货预测不如现用的，已搁置，现用模型不变',
    en: 'The newly learnt return forecast was worse than the one in service, which stays',
  },
};
