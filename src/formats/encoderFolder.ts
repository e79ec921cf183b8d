/** The folder of the SSBA encoder, which the models of every data set share. */
import { z } from 'zod';
import { encoderShapes } from '../core/attacks/encoderPlan.ts';
import { MESSAGE_BITS } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { firstIssue } from '../core/issue.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { fileField, idField, sha256Field, trainingSchema } from './fields.ts';
import type { HostTensor } from './hostTensor.ts';
import { readSafetensors } from './safetensors.ts';
import { sha256 } from './sha256.ts';

const count = z.int().min(1);

const encoderManifestSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('ssbaEncoder'),
  id: idField,
  title: z.string().min(1),
  summary: z.string().min(1),
  bits: z.literal(MESSAGE_BITS),
  weights: z.strictObject({
    ...{ file: fileField, sha256: sha256Field, bytes: z.int().min(1) },
    dtype: z.enum(['F16', 'F32']),
  }),
  training: trainingSchema,
  metrics: z.strictObject({
    /** Peak signal-to-noise ratio of encoded images, decibels. */
    psnr: z.strictObject({
      ...{ value: z.number().positive(), n: count },
      /** The same for the test images of each data set, by id. */
      bySet: z.record(z.string(), z.number().positive()).exactOptional(),
    }),
    /** Share of the bits that the decoder it was trained with reads back. */
    bitAccuracy: z.strictObject({ value: z.number().min(0).max(1), n: count }),
  }),
});

export type EncoderManifest = z.infer<typeof encoderManifestSchema>;

/** @throws FmpError badModel naming the first field that is wrong. */
export function parseEncoderManifest(value: unknown): EncoderManifest {
  const result = encoderManifestSchema.safeParse(value);
  if (result.success) return result.data;
  const { field, got, expected } = firstIssue(result.error, value, 'manifest');
  throw bad(field, got, expected);
}

/**
 * The encoder's weights, checked against its manifest.
 * @param manifest parsed manifest.json, not yet trusted
 * @throws FmpError badModel naming the field, what it got and what was expected
 */
export async function openEncoder(manifest: unknown, weights: Uint8Array): Promise<StateDict> {
  const { bytes, sha256: hash } = parseEncoderManifest(manifest).weights;
  if (weights.length !== bytes)
    throw bad('weights.bytes', `${String(weights.length)} bytes`, `${String(bytes)} bytes`);
  const got = await sha256(weights);
  if (got !== hash) throw bad('weights.sha256', got, hash);
  return checkEncoder(readSafetensors(weights));
}

/** @throws FmpError badModel naming the first tensor that is missing, unexpected or wrong */
export function checkEncoder(tensors: ReadonlyMap<string, HostTensor>): StateDict {
  const shapes = encoderShapes();
  const stray = [...tensors.keys()].find((name) => !shapes.has(name));
  if (stray !== undefined)
    throw bad(stray, 'an unexpected tensor', 'only the layers of StegaStamp');
  return new Map(
    [...shapes].map(([name, shape]) => {
      const tensor = tensors.get(name);
      const expected = `floats [${shape.join(', ')}]`;
      if (tensor === undefined) throw bad(name, 'no such tensor', expected);
      if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join())
        throw bad(name, `${tensor.dtype} [${tensor.shape.join(', ')}]`, expected);
      const { data } = tensor;
      const at = data.findIndex((value) => !Number.isFinite(value));
      if (at >= 0) throw bad(`${name}[${String(at)}]`, String(data[at]), 'a finite number');
      return [name, { shape, data }];
    }),
  );
}

function bad(field: string, got: string, expected: string): FmpError {
  return new FmpError('the SSBA encoder is not valid', {
    ...{ code: 'badModel', field, got, expected },
    remedy: 'download models/ssba-encoder again',
  });
}
