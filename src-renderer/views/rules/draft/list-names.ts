import { said } from '../../../locales/texts.ts';
import { useRules } from '../../../stores/rules.ts';

/** Names of lists: those the program knows by their words, a shop's own by its id. */
export function useListNames(): (id: string) => string {
  const rules = useRules();
  return (id) => {
    const names = rules.inForce?.legend.lists ?? {};
    const name = Object.hasOwn(names, id) ? names[id] : undefined;
    return name ? said(name) : id;
  };
}
