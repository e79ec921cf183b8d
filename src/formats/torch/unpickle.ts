/**
 * A pickle as data (https://docs.python.org/3/library/pickletools.html). It is interpreted, not
 * executed: the only names are those of `globals.ts`, and no opcode calls anything of JavaScript's
 * or Python's. Opcodes that PyTorch does not write are refused. There is no recursion.
 */
import { BAD_PICKLE } from './arguments.ts';
import type { MemoryBudget } from './budget.ts';
import type { ByteReader } from './byteReader.ts';
import { badFile } from './fileError.ts';
import { type LoadPersistent, PickleMachine } from './machine.ts';
import { OPCODES } from './opcodes.ts';
import type { PickleValue } from './values.ts';

/** A BackdoorBench file with 10,000 images has about 500,000. */
const MAX_OPCODES = 2_000_000;
const STOP = 0x2e;

/**
 * Reads one pickle and leaves the reader behind its end.
 * @throws FmpError badModel on anything but plain data and tensors, and beyond the limits on
 *   opcodes, objects and memory
 */
export function unpickle(
  reader: ByteReader,
  load: LoadPersistent,
  budget: MemoryBudget,
): PickleValue {
  const machine = new PickleMachine(reader, load, budget);
  for (let count = 0; count < MAX_OPCODES; count++) {
    const code = reader.uint8();
    if (code === STOP) return machine.pop();
    const run = OPCODES[code];
    if (run === undefined)
      throw badFile(
        ...([BAD_PICKLE, `opcode at byte ${String(reader.at - 1)}`] as const),
        ...([`0x${code.toString(16)}`, 'an opcode that torch.save writes'] as const),
      );
    run(machine);
  }
  throw badFile(BAD_PICKLE, 'opcodes', 'more', `at most ${String(MAX_OPCODES)}`);
}
