import { computed, type ComputedRef, type Ref } from 'vue';
import { currentLocale, t } from '../../../locales/texts.ts';
import { useRules } from '../../../stores/rules.ts';
import { offersOf, type OfferGroup } from './fields.ts';

/** The fields an editor offers, in the language on screen, narrowed by what is searched. */
export function useOffers(search: Ref<string>): ComputedRef<OfferGroup[]> {
  const rules = useRules();
  return computed(() =>
    offersOf(
      rules.catalogue?.fields ?? [],
      { label: t('ruleEditor.window.name'), about: t('ruleEditor.window.about'), found: t('ruleEditor.window.found') },
      currentLocale(),
      search.value,
    ),
  );
}
