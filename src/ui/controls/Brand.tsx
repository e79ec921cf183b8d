import type { ReactNode } from 'react';

const CELLS = [0, 1, 2, 3, 5, 6, 7, 8];

/** The mark: a grid of feature maps, one of them cut. */
export function Brand(): ReactNode {
  return (
    <div className="brand">
      <svg viewBox="0 0 22 22" aria-hidden="true">
        {CELLS.map((cell) => (
          <rect
            key={cell}
            x={1 + (cell % 3) * 7.3}
            y={1 + Math.floor(cell / 3) * 7.3}
            width="5.4"
            height="5.4"
            rx="1"
            fill="var(--kept-mark)"
          />
        ))}
        <path d="m8.6 8.6 4.8 4.8m0-4.8-4.8 4.8" stroke="var(--cut-mark)" strokeWidth="2.2" />
      </svg>
      <span>FMP Lab</span>
    </div>
  );
}
