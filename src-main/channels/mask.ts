export * from './kit/mask.ts';
