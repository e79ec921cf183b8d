import { z } from 'zod';
import { type Architecture, POOL_COPIES } from '../core/network/architecture.ts';

/** WRN-28-10 has a width of 160, VGG and ResNet-18 at most 512 channels in a layer. */
const width = z.int().min(1).max(512);
const depth = z.int().min(1).max(8);
const sizes = {
  width,
  blocks: z.array(depth).min(1).max(4),
  classes: z.int().min(2).max(1000),
};

/** An `Architecture` as manifests hold it. */
export const architectureSchema = z.discriminatedUnion('family', [
  z.strictObject({ family: z.literal('PreActResNet'), ...sizes }),
  z.strictObject({
    ...{ family: z.literal('ResNet'), ...sizes },
    shortcut: z.enum(['shortcut', 'downsample']),
    linear: z.enum(['linear', 'fc']),
  }),
  z.strictObject({ family: z.literal('WideResNet'), ...sizes, stem: width }),
  z
    .strictObject({
      family: z.literal('VggBn'),
      stages: z.array(z.array(width).min(1).max(8)).min(1).max(5),
      bias: z.boolean(),
      linears: z
        .array(z.string().regex(/^classifier(\.\d{1,3})?$/, 'expected classifier[.N]'))
        .min(1),
      hidden: z.array(z.int().min(1).max(4096)),
      copies: z.literal(POOL_COPIES).exactOptional(),
      classes: sizes.classes,
    })
    .refine(({ linears, hidden }) => linears.length === hidden.length + 1, {
      path: ['linears'],
      error: 'expected one name more than hidden layers',
    })
    .refine(({ copies, stages }) => copies === undefined || stages.length === 5, {
      path: ['copies'],
      error: 'expected five stages, which leave one pixel to copy',
    }),
]) satisfies z.ZodType<Architecture>;
