import type { ReactNode } from 'react';

interface Props {
  /** One share per class, in [0, 1]. */
  readonly values: Float32Array;
  /** The class to mark; null marks none. */
  readonly marked: number | null;
  readonly label: string;
}

const [WIDTH, HEIGHT] = [112, 16];

/** One thin bar per class: the suspected one stands out or none does. */
export function Sparkline({ values, marked, label }: Props): ReactNode {
  const step = WIDTH / Math.max(1, values.length);
  const top = Math.max(0.05, ...values);
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={label}
    >
      {Array.from(values, (value, index) => {
        const height = Math.max(0.8, (value / top) * (HEIGHT - 1));
        return (
          <rect
            key={index}
            x={(index * step).toFixed(2)}
            y={(HEIGHT - height).toFixed(2)}
            width={Math.max(1, step * 0.7).toFixed(2)}
            height={height.toFixed(2)}
            fill={index === marked ? 'var(--cut-mark)' : 'var(--ghost-mark)'}
          />
        );
      })}
    </svg>
  );
}
