/** Ownership of tensors: one owner each, released by `tidy` or by `disposeAll`. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * tf.tidy for any plain object or array of tensors (its own type admits only index signatures).
 * Tensors made inside and not reachable from the result are freed.
 */
export function tidy<T>(body: () => T): T {
  return tf.tidy(body as () => tf.TensorContainer) as T;
}

/** Frees every tensor reachable from a plain object or array. */
export function disposeAll(value: unknown): void {
  tf.dispose(value as tf.TensorContainer);
}

/**
 * tidy across awaits: tensors made during `body` are freed at its end, but for those reachable from
 * the result. Nothing else may run on the same backend meanwhile; the engine's queue sees to it.
 */
export async function tidyAsync<T>(body: () => Promise<T>): Promise<T> {
  const engine = tf.engine();
  engine.startScope();
  try {
    const result = await body();
    engine.endScope(result as tf.TensorContainer);
    return result;
  } catch (error) {
    engine.endScope();
    throw error;
  }
}
