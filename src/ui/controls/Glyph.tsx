import type { ReactNode } from 'react';
import type { StageName } from '../../bridge/runEvents.ts';

const SHAPES = {
  right: <circle cx="5" cy="5" r="4" fill="var(--kept-mark)" />,
  fooled: <path d="M5 .6 9.6 9.2H.4Z" fill="var(--cut-mark)" />,
  other: <rect x="1.2" y="1.2" width="7.6" height="7.6" fill="var(--ghost-mark)" />,
  cut: <path d="M1.5 1.5 8.5 8.5M8.5 1.5 1.5 8.5" stroke="var(--cut-mark)" strokeWidth="2.2" />,
  kept: <circle cx="5" cy="5" r="2.6" fill="var(--kept-mark)" />,
  spared: <circle cx="5" cy="5" r="3.4" fill="none" stroke="var(--kept-mark)" strokeWidth="1.9" />,
  tie: <path d="M5 .8 9.2 5 5 9.2.8 5Z" fill="var(--tie-mark)" stroke="var(--tie-edge)" />,
  carries: (
    <circle
      cx="5"
      cy="5"
      r="4"
      fill="none"
      stroke="var(--eye-mark)"
      strokeWidth="1.3"
      strokeDasharray="2 1.6"
    />
  ),
  before: <path d="M.8 5H9.2" stroke="var(--ghost-mark)" strokeWidth="1.6" />,
  fixed: <path d="m1 5.4 2.6 2.6L9 2" fill="none" stroke="var(--fix-mark)" strokeWidth="2.2" />,
} as const satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof SHAPES;

/** One shape per role, app-wide. With a label it is an image, without it is decoration. */
export function Glyph({ name, label }: { name: GlyphName; label?: string }): ReactNode {
  const naming =
    label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg className="gl" viewBox="0 0 10 10" {...naming}>
      {SHAPES[name]}
    </svg>
  );
}

/** Open, half and full disc: the network as loaded, pruned, fine-tuned. */
export function StageDisc({ stage }: { stage: StageName }): ReactNode {
  return (
    <svg className="stage" viewBox="0 0 15 15" aria-hidden="true">
      <circle
        cx="7.5"
        cy="7.5"
        r="5.5"
        fill={stage === 'fineTuned' ? 'var(--ink)' : 'var(--surface)'}
        stroke="var(--ink)"
        strokeWidth="1.6"
      />
      {stage === 'pruned' && <path d="M7.5 2a5.5 5.5 0 0 0 0 11Z" fill="var(--ink)" />}
    </svg>
  );
}
