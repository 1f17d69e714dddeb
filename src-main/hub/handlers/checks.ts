import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';

const FROM_FILE: LocalisedText = {
  zh: '这个策略来自配置文件，请在配置文件中修改',
  en: 'This policy comes from the configuration file; change it there',
};

/** Cross-checks: how the sources are doing, and what becomes of orders they cannot tell about. */
export function checkHandlers({ checks }: HubContext): Pick<Handlers, 'checks.state' | 'checks.unanswered' | 'checks.setPolicy'> {
  return {
    'checks.state': () => checks.state(),
    'checks.unanswered': ({ source, limit }) => ({ orderNos: checks.unanswered(source).slice(0, limit) }),
    'checks.setPolicy': ({ source, policy }, { operator }) => {
      if (checks.policyOf(source).from === 'file') throw new Refusal('bad_request', FROM_FILE);
      checks.setPolicy(source, policy, operator);
      return checks.state();
    },
  };
}
