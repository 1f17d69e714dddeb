import type { inventory as zh } from '../zh/inventory.ts';

export const inventory: typeof zh = {
  title: 'Inventory',
};
