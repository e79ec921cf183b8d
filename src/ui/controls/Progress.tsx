import type { ReactNode } from 'react';

/** A thin bar; without a share it says only that something goes on. */
export function Progress({ label, share }: { label: string; share: number | null }): ReactNode {
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <div
      className={share === null ? 'prog busy' : 'prog'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
    >
      <i style={percent === null ? {} : { width: `${String(percent)}%` }} />
    </div>
  );
}
