import type { ReactNode } from 'react';

const PATHS = {
  run: <path d="M4 2.5v11l9.5-5.5Z" />,
  pause: <path d="M4 3h3v10H4ZM9 3h3v10H9Z" />,
  step: <path d="M4 3v10l6-5ZM12.5 3v10" />,
  reset: <path d="M3 8a5 5 0 1 0 1.6-3.65M3 2.5v3h3" />,
  stop: <path d="M4 4h8v8H4Z" />,
  undo: <path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7" />,
  redo: <path d="M10 3l3.5 3.5L10 10M13 6.5H6.5a4 4 0 0 0 0 8H9" />,
  eye: (
    <>
      <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z" />
      <circle cx="8" cy="8" r="2" />
    </>
  ),
  shut: <path d="M1.5 6.5S4 10.5 8 10.5s6.5-4 6.5-4M8 10.5V13M3.8 9.3l-1.5 1.9M12.2 9.3l1.5 1.9" />,
  shield: <path d="M8 1.8 13 3.6v4c0 3.2-2.1 5.5-5 6.6-2.9-1.1-5-3.4-5-6.6v-4Z" />,
  arrow: <path d="M2 8h11M9 4l4 4-4 4" />,
  back: <path d="M10 3 5 8l5 5" />,
  chevron: <path d="m4.5 6 3.5 4 3.5-4" />,
  check: <path d="m2.5 8.5 3.5 3.5 7.5-8" />,
  theme: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11Z" fill="currentColor" />
    </>
  ),
  dice: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="2" />
      <path d="M5.8 5.8h.01M10.2 10.2h.01M8 8h.01" strokeWidth="2" />
    </>
  ),
  table: <path d="M2.5 3.5h11v9h-11ZM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9" />,
  settings: <path d="M2.5 5h5M11.5 5h2M2.5 11h2M8.5 11h5M9.5 3v4M6.5 9v4" />,
  present: <path d="M2 3h12M3 3v7h10V3M8 10v3M5.5 14 8 12l2.5 2" />,
  pin: <path d="M5.5 2.5h5M6.5 2.5v4.2L4.2 9.5h7.6L9.5 6.7V2.5M8 9.5v4.5" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** A 16 px line icon that takes the colour of its text. Decoration only: name the control. */
export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }): ReactNode {
  return (
    <svg className={filled ? 'ic f' : 'ic'} viewBox="0 0 16 16" aria-hidden="true">
      {PATHS[name]}
    </svg>
  );
}
