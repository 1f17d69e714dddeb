import type { MethodOutput, MethodParams, Principal } from '#shared/contract/index.ts';
import type { RadarModel, RadarModelSummary, RadarOrder, RadarScore } from '#shared/contract/radar.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { reasonOf } from '#main/model/radar.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { LEAST_ORDERS, READY_ORDERS } from '#main/radar/learn.ts';
import {
  CURRENCY_FIELD,
  RADAR_MODEL,
  RADAR_SCORE,
  radarFeatureLabel,
  radarFeatureShown,
  radarModelNumber,
  radarReasonText,
  readsRadar,
} from '#main/rules/index.ts';
import type { Imports } from '../imports/imports.ts';
import type { LearningLoop } from '../learning/learning-loop.ts';
import { toSummary } from '../projection.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleDesk } from '../rules/rule-desk.ts';
import type { RadarModels } from './radar-models.ts';
import type { ModelFigures, ModelHead, ScoredOrder } from './radar-ports.ts';
import { RadarSamples } from './samples.ts';
import { RADAR_RULE, radarRule, refusePatterns, warningsOf } from './switch-on.ts';
import { RadarTrainings } from './trainings.ts';
import type { TrainingsParts } from './trainings.ts';

export interface RadarParts extends Omit<TrainingsParts, 'book' | 'followed' | 'turn'> {
  book: RuleBook;
  desk: RuleDesk;
  models: RadarModels;
  imports: Imports;
  learning: Pick<LearningLoop, 'followed'>;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
}

type Who = Pick<Principal, 'operator' | 'role'>;
/** Models an editor offers. */
const NAMED = 50;

type Page = { limit: number; after: string | null };

/** The anomaly radar behind the console (B8): samples, trainings, models, and the rule made of one. It changes no rule: its last word is a draft. */
export class Radar {
  readonly samples: RadarSamples;
  readonly trainings: RadarTrainings;
  readonly #parts: RadarParts;
  #stopped = false;
  #resuming: Promise<void> = Promise.resolve();

  constructor(parts: RadarParts) {
    this.#parts = parts;
    const { store, imports, clock, learning, publisher, defer } = parts;
    const followed = () => learning.followed();
    const turn = () => new Promise<void>((resolve) => defer(resolve));
    this.trainings = new RadarTrainings({ ...parts, followed, turn });
    this.samples = new RadarSamples({
      ...{ store, imports, clock, followed, turn },
      running: () => !this.#stopped,
      changed: () => publisher.send('radar.changed', { at: clock.now(), training: this.trainings.current }),
    });
  }

  resume(): void {
    this.#resuming = this.samples.resume().catch((error: unknown) => {
      if (!this.#parts.condition.failed(error)) this.#parts.logger.error({ err: error }, 'a file of disputes could not be read again');
    });
    this.trainings.resume();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.trainings.stop(), this.#resuming]);
  }

  overview(): MethodOutput<'radar.overview'> {
    const { store, book, models } = this.#parts;
    const { inForce } = models;
    const rules = book.ruleSet.rules.filter((rule) => rule.enabled && readsRadar(rule)).map(({ id, name }) => ({ id, name }));
    const newest = store.radar.newestModel();
    const { good, bad } = store.learning.counts();
    return {
      inForce: inForce && { model: inForce.model, rules },
      newest: newest === null ? null : `radar-${newest}`,
      training: this.trainings.current,
      outcomes: { disputed: bad, fine: good },
      needed: { least: LEAST_ORDERS, ready: READY_ORDERS },
    };
  }

  /** The newest models by name, for choosing one. */
  names(): string[] {
    return this.#parts.store.radar.listModels({ limit: NAMED, after: null }).items.map(({ id }) => `radar-${id}`);
  }

  models(page: Page): MethodOutput<'radar.models'> {
    const { items, next } = this.#parts.store.radar.listModels(page);
    return { items: items.map(({ id, head }) => this.#summary(id, head)), next };
  }

  model(name: string): RadarModel {
    const { id, head, figures } = this.#get(name);
    const features = figures.features.map((one) => ({ ...one, id: radarFeatureShown(one.id), label: radarFeatureLabel(one.id) }));
    return { ...this.#summary(id, head), ...figures, features };
  }

  orders({ model, threshold, ...page }: MethodParams<'radar.orders'>): MethodOutput<'radar.orders'> {
    const { id } = this.#get(model);
    const { items, next } = this.#parts.store.radar.modelOrders(id, threshold, page);
    return { items: items.flatMap((one) => this.#order(one)), next };
  }

  /** The score of an order, derived again from the vector of its latest decision by the model that gave it. */
  order(orderNo: string): RadarScore | null {
    const { store, models } = this.#parts;
    const verdict = store.queries.lastVerdict(orderNo);
    if (!verdict) throw new Refusal('not_found', { zh: `没有订单 ${orderNo}`, en: `There is no order ${orderNo}` });
    const index = new Map(verdict.fields.map((id, at) => [id, at]));
    const value = (id: string): FieldValue => verdict.inputs[index.get(id) ?? -1] ?? null;
    const [score, model] = [value(RADAR_SCORE), value(RADAR_MODEL)];
    const scorer = typeof score === 'number' && typeof model === 'string' ? models.scorer(model) : null;
    if (!scorer || typeof score !== 'number') return null;
    const currency = String(value(CURRENCY_FIELD) ?? '');
    const contributions = scorer.contributions(scorer.inputs.map(value)).map((reason) => ({
      ...reason,
      feature: radarFeatureShown(reason.feature),
      label: radarFeatureLabel(reason.feature),
      text: radarReasonText(reason, currency),
    }));
    return { model: scorer.model, score, base: scorer.base, contributions };
  }

  switchOn(wish: MethodParams<'radar.switchOn'>, who: Who): MethodOutput<'radar.switchOn'> {
    const { store, book, desk, clock } = this.#parts;
    const model = this.model(wish.model);
    if (model.readiness === 'too-little') throw new Refusal('illegal_move', model.advice);
    refusePatterns(wish.check);
    const rule = radarRule(wish, book.rule(RADAR_RULE));
    const title = `异常雷达 ${wish.model}：评分 ${wish.threshold} 起 / Anomaly radar ${wish.model}: scores from ${wish.threshold} on`;
    const fresh = desk.create({ title, from: 'current' }, who);
    const isRadar = (one: unknown) => typeof one === 'object' && one !== null && 'id' in one && one.id === RADAR_RULE;
    const rules = [...fresh.body.rules];
    const place = rules.findIndex(isRadar);
    if (place < 0) rules.push(rule);
    else rules[place] = rule;
    const saved = desk.save({ id: fresh.id, revision: fresh.revision, body: { ...fresh.body, rules } }, who);
    const detail = { model: wish.model, threshold: wish.threshold, action: wish.action };
    store.transaction(() =>
      store.audit.append({ actor: who.operator, action: 'radar.switchOn', subject: `draft@${saved.id}`, detail }, clock.now()),
    );
    return { draft: saved.id, ruleId: RADAR_RULE, warnings: warningsOf(model, wish) };
  }

  #get(name: string): { id: number; head: ModelHead; figures: ModelFigures } {
    const id = radarModelNumber(name);
    const stored = id === null ? null : this.#parts.store.radar.model(id);
    if (id === null || !stored) throw new Refusal('not_found', { zh: `没有模型 ${name}`, en: `There is no model ${name}` });
    return { id, ...stored };
  }

  #summary(id: number, head: ModelHead): RadarModelSummary {
    const name = `radar-${id}`;
    return { name, ...head, inForce: this.#parts.models.inForce?.model === name };
  }

  #order({ orderNo, score, label, unseen, reasons }: ScoredOrder & { orderNo: string }): RadarOrder[] {
    const stored = this.#parts.store.orders.byNumber(orderNo);
    if (!stored) return [];
    const { currency } = stored.record;
    const texts = reasons.flatMap((text) => {
      const reason = reasonOf(text);
      return reason ? [radarReasonText(reason, currency)] : [];
    });
    return [{ order: toSummary(stored.record), score, label, unseen, reasons: texts }];
  }
}
