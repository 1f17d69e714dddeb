import { said } from '../../../locales/texts.ts';
import { useRules } from '../../../stores/rules.ts';

/** Names of lists: those the program knows by their words, a shop's own by its id. */
export function useListNames(): (id: string) => string {
  const rules = useRules();
  return (id) => {
    const name = rules.inForce?.legend.lists[id];
    return name ? said(name) : id;
  };
}
