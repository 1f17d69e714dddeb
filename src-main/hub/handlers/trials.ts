import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';

type TrialHandlers = Pick<Handlers, Extract<keyof Handlers, `rules.trial${string}`>>;

/** Trials before publishing (M2). */
export function trialHandlers({ trials }: HubContext): TrialHandlers {
  return {
    'rules.trial.start': (params, who) => trials.start(params, who),
    'rules.trial': ({ id }) => trials.get(id),
    'rules.trial.last': ({ draft }) => trials.last(draft),
    'rules.trial.cancel': ({ id }, who) => trials.cancel(id, who),
    'rules.trial.orders': (params) => trials.orders(params),
  };
}
