/**
 * What a commit passes once it must pass again: in CI every property draws the same cases. Anywhere
 * else each run draws new ones, and a failure prints the seed that brings it back.
 */
import fc from 'fast-check';

if (process.env.CI !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20241 });
