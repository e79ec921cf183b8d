/** The competitor in PyTorch, a process of its own that times itself and waits for its turn. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./pytorch/frg.py', import.meta.url));

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

export interface FrgTime {
  readonly seconds: number;
  readonly maps: number;
  readonly torch: string;
  readonly device: string;
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
  start(run: FrgRun): FrgLoop {
    const args = Object.entries(run).flatMap(([name, value]) => [`--${name}`, String(value)]);
    return new FrgLoop(
      spawn(this.python, [SCRIPT, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
  }
}

export class FrgLoop {
  private readonly lines: AsyncIterator<string>;

  constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    this.lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** One sweep. @throws Error when the process has ended */
  async sweep(): Promise<FrgTime> {
    this.child.stdin.write('\n');
    const line = await this.lines.next();
    if (line.done === true) throw new Error('the PyTorch process ended without a result');
    return JSON.parse(line.value) as FrgTime;
  }

  close(): void {
    this.child.kill();
  }
}
