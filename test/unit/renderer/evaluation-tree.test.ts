// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import type { EvaluationNode } from '#shared/rule.ts';
import EvaluationTree from '../../../src-renderer/components/order/EvaluationTree.vue';

const share: EvaluationNode = {
  kind: 'compare',
  outcome: 'true',
  label: { zh: '优惠占比', en: 'discount share' },
  field: 'discount-share',
  op: '>',
  actual: 96,
  threshold: 90,
  unit: 'percent',
};
const average: EvaluationNode = {
  kind: 'compare',
  outcome: 'unknown',
  label: { zh: '客户均值', en: 'average' },
  field: 'customer-average',
  op: '>',
  actual: null,
  threshold: 1_000_000,
  writtenThreshold: 500_000,
  unit: 'minor',
};

/** The text of every line, single-spaced, with the outcome its mark names. */
function lines(node: EvaluationNode): string[] {
  const tree = mount(EvaluationTree, { props: { node, currency: 'CNY' } });
  return tree.findAll('.compare, .head').map((line) => {
    const outcome = line.get('svg').attributes('aria-label');
    const words = line.findAll('span, b').map((part) => part.text());
    return [outcome, ...words].join(' ').replaceAll('\u202f', ' ');
  });
}

describe('the evaluation tree', () => {
  it('shows each value against its threshold, by the unit of the field, and what was relaxed', () => {
    expect(lines({ kind: 'all', outcome: 'unknown', children: [share, average] })).toEqual([
      '缺数据 同时满足',
      '成立 优惠占比 96 % 大于 90 %',
      '缺数据 客户均值 空 大于 ¥10 000.00 原值 ¥5 000.00',
    ]);
  });
  it('has the shape of the rule, however deep', () => {
    const tree: EvaluationNode = { kind: 'not', outcome: 'false', children: [{ kind: 'any', outcome: 'true', children: [share] }] };
    expect(lines(tree).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['不成立 不满足', '成立 满足任一', '成立 优惠占比']);
  });
  it('names the words that were found, not the whole list', () => {
    const words: EvaluationNode = {
      kind: 'compare',
      outcome: 'true',
      label: { zh: '备注', en: 'remarks' },
      field: 'remarks',
      op: 'contains-any',
      actual: ['刷单', '返现'],
      threshold: 'forbidden-words',
    };
    expect(lines(words)[0]).toMatch(/^成立 备注 包含 刷单、返现/);
  });
});
