import { FmpError, type ErrorFacts } from '../../src/core/errors.ts';

/** The facts of the FmpError that `action` throws; anything else fails the test. */
export function factsOf(action: () => unknown): ErrorFacts {
  try {
    action();
  } catch (error) {
    if (error instanceof FmpError) return error.facts;
    throw error;
  }
  throw new Error('expected an FmpError, nothing was thrown');
}

/** The same for an action that returns a promise. */
export async function factsOfAsync(action: () => Promise<unknown>): Promise<ErrorFacts> {
  let outcome: () => unknown;
  try {
    const value = await action();
    outcome = () => value;
  } catch (error) {
    outcome = () => {
      throw error;
    };
  }
  return factsOf(outcome);
}
