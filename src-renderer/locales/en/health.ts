import type { health as zh } from '../zh/health.ts';

export const health: typeof zh = {
  title: 'Health',
};
