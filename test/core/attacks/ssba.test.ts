import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { IMAGE_VALUES } from '../../../src/core/attacks/attack.ts';
import { createAttack } from '../../../src/core/attacks/create.ts';
import {
  compileEncoder,
  disposeEncoder,
  encodeMessage,
} from '../../../src/core/attacks/encoder.ts';
import { encoderShapes } from '../../../src/core/attacks/encoderPlan.ts';
import { messageBits } from '../../../src/core/attacks/ssba.ts';
import { toFloat } from '../../../src/core/augment.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { describeOnBackends, expectNoLeak, take, worstError } from '../../support/backends.ts';
import { factsOfAsync } from '../../support/facts.ts';
import { bytes, floats } from '../../support/oracle.ts';
import { noise, SSBA } from './triggers.ts';
import { ssbaWeights } from './ssbaWeights.ts';

describe('SSBA', () => {
  it('reads its message from the most significant bit on', () => {
    const bits = messageBits('8000000000000000000000005');
    expect(bits.length).toBe(100);
    expect([...bits.keys()].filter((i) => bits[i] === 1)).toEqual([0, 97, 99]);
  });

  it('leaves the work to the encoder', async () => {
    const attack = createAttack(SSBA, (images, bits) => {
      expect(bits).toEqual(messageBits(SSBA.message));
      return Promise.resolve(images.map((value) => value ^ 1));
    });
    expect(await attack.apply(noise(2))).toEqual(noise(2).map((value) => value ^ 1));
    expect(attack).toMatchObject({ id: 'ssba', target: 1 });
    await expect(attack.apply(new Uint8Array(5))).rejects.toThrow(RangeError);
  });

  it('says what is missing without one', async () => {
    const facts = await factsOfAsync(() => createAttack(SSBA).apply(noise(1)));
    expect(facts).toMatchObject({ code: 'badInput', field: 'trigger.kind' });
  });

  it('has an encoder of 1.07 million weights', () => {
    const sizes = [...encoderShapes().values()].map((shape) => shape.reduce((a, b) => a * b, 1));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(1_069_315);
  });
});

describeOnBackends(
  'SSBA encoder',
  (backend) => {
    it('golden: hides the message as PyTorch does, and frees its tensors', async () => {
      const file = new URL('../../golden/ssba.safetensors', import.meta.url);
      const golden = readSafetensors(readFileSync(file));
      // A GPU made of software takes half a minute for each image.
      const count = backend === 'webgpu' ? 1 : 2;
      const images = bytes(golden, 'images').subarray(0, count * IMAGE_VALUES);
      const out = await expectNoLeak(async () => {
        const encoder = compileEncoder(ssbaWeights());
        const x = tf.tensor4d(toFloat(images), [images.length / IMAGE_VALUES, 32, 32, 3]);
        const bits = tf.tensor1d(floats(golden, 'bits'));
        const result = encodeMessage(encoder, x, bits);
        tf.dispose([x, bits]);
        disposeEncoder(encoder);
        return take(result);
      });
      expect(worstError(out, floats(golden, 'out').subarray(0, images.length))).toBeLessThan(2e-5);
    });
  },
  ['cpu', 'wasm', 'webgpu'],
);
