import { describe, expect, it } from 'vitest';
import { near, same, worstOf, skip, atMost } from '../../scripts/oracle/check.ts';

describe('a comparison with golden values', () => {
  it.each([
    { got: [1, 2], expected: [1, 2], status: 'pass' },
    { got: [1.0001, 2], expected: [1, 2], status: 'pass' },
    { got: [1, 100.01], expected: [1, 100], status: 'pass' },
    { got: [1.0003, 2], expected: [1, 2], status: 'fail' },
    { got: [NaN, 2], expected: [1, 2], status: 'fail' },
    { got: [1, 2], expected: [NaN, 2], status: 'fail' },
    { got: [Infinity, 2], expected: [1, 2], status: 'fail' },
    { got: [1], expected: [1, 2], status: 'fail' },
    { got: [], expected: [], status: 'fail' },
  ])('of $got with $expected is a $status', ({ got, expected, status }) => {
    expect(near('x', got, expected, { abs: 1e-4, rel: 1e-4 }).status).toBe(status);
  });

  it('reports the error that is worst for its tolerance', () => {
    const result = near('x', [1.5, 100.9], [1, 100], { abs: 0.1, rel: 0.1 });
    expect(result).toMatchObject({ status: 'fail', error: 0.5, limit: 'abs 0.1 + rel 0.1' });
  });

  it('of lists wants the same order and length', () => {
    expect(same('x', [1, 2], [1, 2]).status).toBe('pass');
    expect(same('x', [2, 1], [1, 2])).toMatchObject({ status: 'fail', error: 2 });
    expect(same('x', [1, 2, 3], [1, 2]).status).toBe('fail');
  });

  it('fails for a count that is not a number', () => {
    expect(atMost('x', NaN, 0, '').status).toBe('fail');
  });

  it('as one line of many is the failure, else the largest error', () => {
    const [small, large] = [
      near('small', [1.01], [1], { abs: 1 }),
      near('large', [1.5], [1], { abs: 1 }),
    ];
    const failed = near('failed', [1.2], [1], { abs: 0.1 });
    expect(worstOf('all', [small, large, small])).toMatchObject({ status: 'pass', error: 0.5 });
    expect(worstOf('all', [large, failed, large])).toMatchObject({ status: 'fail', name: 'all' });
    const worse = near('worse', [1.4], [1], { abs: 0.1 });
    expect(worstOf('all', [failed, worse, large])).toMatchObject({
      status: 'fail',
      error: worse.error,
    });
    expect(worstOf('all', []).status).toBe('skip');
    expect(worstOf('all', [skip('none', 'why'), small]).status).toBe('pass');
  });
});
