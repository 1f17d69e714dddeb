import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAgenda } from '#main/demo/agenda.ts';

describe('agenda', () => {
  it('gives entries back by time, equal times in the order written', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
        const agenda = createAgenda<number>();
        times.forEach((at, index) => agenda.add(at, index));
        const taken: { at: number; act: number }[] = [];
        for (let next = agenda.takeDue(20); next; next = agenda.takeDue(20)) taken.push(next);
        const expected = times.map((at, act) => ({ at, act })).sort((left, right) => left.at - right.at || left.act - right.act);
        expect(taken).toEqual(expected);
      }),
    );
  });

  it('keeps what is not due', () => {
    const agenda = createAgenda<string>();
    agenda.add(10, 'later');
    expect(agenda.takeDue(9)).toBeNull();
    expect(agenda.nextAt()).toBe(10);
    expect(agenda.takeDue(10)).toEqual({ at: 10, act: 'later' });
    expect(agenda.nextAt()).toBeNull();
    expect(agenda.size).toBe(0);
  });
});
