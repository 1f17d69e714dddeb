export * from './kit/reasons.ts';
