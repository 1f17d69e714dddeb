import type { ComputedRef, InjectionKey } from 'vue';

/** The order a tree explains, for parts deep in it that ask for more. */
export const EXPLAINED_ORDER: InjectionKey<ComputedRef<string>> = Symbol('explained order');
