import { z } from 'zod';

/** One thing a model looks at. Effects are log-odds: `offset` plus the weights of what is there. */
const part = { field: z.string(), weights: z.record(z.string(), z.number()), offset: z.number() };

export const radarFeatureDocument = z.discriminatedUnion('kind', [
  /** Standard deviations from the mean, at most 4, under `z`; unknown under `?`. `log`: of log(1 + value). */
  z.object({ kind: z.literal('number'), ...part, log: z.boolean(), mean: z.number(), deviation: z.number() }),
  /** One weight a value, unknown under `?`. `step`: numbers are put together in steps of so many. */
  z.object({ kind: z.literal('choice'), ...part, step: z.number().int().positive() }),
  /** One weight a word that is there. */
  z.object({ kind: z.literal('words'), ...part }),
  /** The weight of `hit` where the text holds one of the words, equals one (`in-list`), or matches `name`. */
  z.object({
    kind: z.literal('check'),
    ...part,
    op: z.enum(['contains-any', 'matches', 'in-list']),
    name: z.string(),
    words: z.array(z.string()),
  }),
]);
export type RadarFeatureDocument = z.output<typeof radarFeatureDocument>;

/** A model as it is stored. `base` plus every feature's effect are the log-odds of the score. */
export const radarDocumentSchema = z.object({
  format: z.literal('orderpulse-radar'),
  version: z.literal(1),
  /** Fields it reads, in the order in which values are handed in. */
  inputs: z.array(z.string()),
  features: z.array(radarFeatureDocument),
  base: z.number(),
});
export type RadarDocument = z.output<typeof radarDocumentSchema>;
