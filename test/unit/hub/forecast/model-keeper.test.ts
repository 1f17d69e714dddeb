import { expect, it } from 'vitest';
import { fitTask } from '#main/hub/forecast/fit.ts';
import type { FitTask, ForecastStore, StoredModel } from '#main/hub/forecast/forecast-ports.ts';
import { ModelKeeper } from '#main/hub/forecast/model-keeper.ts';
import { DEFAULT_REFIT } from '#main/hub/forecast/rolling.ts';
import { DAY, HOUR } from '#shared/time.ts';

/** A keeper with enough known outcomes to learn from, whose thread does as it is told. */
function keeperWith(fits: ((task: FitTask) => Promise<unknown>)[]) {
  const models: StoredModel[] = [];
  const errors: unknown[] = [];
  const store: ForecastStore = { add: (model) => models.push(model), current: () => null, list: () => [] };
  let now = 100 * DAY;
  let begun = 0;
  const keeper = new ModelKeeper({
    ...{ kind: 'late', features: [{ name: 'carrier', kind: 'category' }], plan: DEFAULT_REFIT, store },
    clock: { now: () => now },
    logger: { info: () => undefined, warn: () => undefined, error: (fields) => errors.push(fields) },
    startFit: (task) => ({ result: (fits[begun++] ?? fits.at(-1)!)(task), stop: () => Promise.resolve() }),
    onModel: () => undefined,
  });
  for (let index = 0; index < 600; index += 1) {
    keeper.read(String(index), [index % 5 === 0 ? 'slow' : 'fast'], index * HOUR);
    keeper.learn(String(index), index % 5 === 0, index * HOUR + DAY);
  }
  const after = async (ms: number) => {
    now += ms;
    await keeper.refit();
  };
  return { keeper, models, errors, after, begun: () => begun };
}

const fitted = (task: FitTask) => Promise.resolve(fitTask(task));
const died = () => Promise.reject(new Error('The thread of a fit ended with code 1.'));

it('a fit whose thread died is tried again hours later, not a week', async () => {
  const { keeper, models, errors, after, begun } = keeperWith([died, fitted]);
  await after(0);
  expect(keeper.model).toBeNull();
  expect(errors).toHaveLength(1);
  await after(HOUR);
  expect(begun()).toBe(1);
  await after(6 * HOUR);
  expect(begun()).toBe(2);
  expect(keeper.model?.learntFrom.samples).toBe(600);
  expect(models.map(({ state }) => state)).toEqual(['in-service']);
});

it('one that found too little to learn waits until more is known', async () => {
  const { after, begun } = keeperWith([() => Promise.resolve(null), fitted]);
  await after(0);
  await after(7 * HOUR);
  expect(begun()).toBe(1);
});
