/** The competitor in PyTorch, a process of its own that times itself and waits for its turn. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SCRIPTS = {
  frg: fileURLToPath(new URL('./pytorch/frg.py', import.meta.url)),
  train: fileURLToPath(new URL('./pytorch/train.py', import.meta.url)),
} as const;

/** The Python that has PyTorch: `PYTHON`, or the first that imports it. */
function findPython(): string | null {
  const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3'];
  for (const python of candidates) {
    if (python === undefined || (python.includes('/') && !existsSync(python))) continue;
    try {
      execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
      return python;
    } catch {
      continue;
    }
  }
  return null;
}

export interface FrgRun {
  readonly loop: 'released' | 'batched';
  readonly device: 'cpu' | 'cuda';
  readonly width: number;
  readonly images: number;
  readonly steps: number;
  readonly every: number;
  readonly threads: number;
}

export interface TrainRun {
  readonly width: number;
  readonly batch: number;
  readonly batches: number;
  readonly threads: number;
}

export interface FrgTime {
  readonly seconds: number;
  /** Of these, passes that all maps of a convolution share. */
  readonly shared: number;
  readonly maps: number;
  readonly torch: string;
  readonly device: string;
}

/** Seconds of a whole sweep from a sample's. @param scale all maps per map of the sample */
export function wholeTime({ seconds, shared }: FrgTime, scale: number): number {
  return shared + (seconds - shared) * scale;
}

export class PyTorch {
  private constructor(private readonly python: string) {}

  /** Null where no Python has PyTorch. */
  static find(): PyTorch | null {
    const python = findPython();
    return python === null ? null : new PyTorch(python);
  }

  hasCuda(): boolean {
    const code = 'import torch; print(int(torch.cuda.is_available()))';
    return execFileSync(this.python, ['-c', code], { encoding: 'utf8' }).trim() === '1';
  }

  /** A loop in a process of its own, started and warmed up once. */
  start(run: FrgRun): Loop<FrgTime> {
    return this.loop('frg', run);
  }

  /** The same for steps of training. */
  startTraining(run: TrainRun): Loop<{ readonly seconds: number }> {
    return this.loop('train', run);
  }

  private loop<T>(script: keyof typeof SCRIPTS, run: FrgRun | TrainRun): Loop<T> {
    const args = Object.entries(run).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const given = [SCRIPTS[script], ...args];
    return new Loop<T>(spawn(this.python, given, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }
}

export class Loop<T> {
  private readonly lines: AsyncIterator<string>;

  constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    this.lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** One turn; of a sweep every k-th block, by default as it was started. @throws Error when the process has ended */
  async turn(every?: number): Promise<T> {
    this.child.stdin.write(`${every ?? ''}\n`);
    const line = await this.lines.next();
    if (line.done === true) throw new Error('the PyTorch process ended without a result');
    return JSON.parse(line.value) as T;
  }

  close(): void {
    this.child.kill();
  }
}
