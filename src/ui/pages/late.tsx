/**
 * The parts of the lab that are fetched while its chart is already there to be pointed at. Until a
 * part comes, something of its size stands in its place.
 */
import { lazy, type ReactNode } from 'react';
import { Icon } from '../controls/Icon.tsx';

/** The first draw, which asks for these parts, is on the screen; a page that is hidden draws nothing. */
const drawn = () =>
  new Promise<unknown>((resolve) => {
    if (document.hidden) resolve(null);
    else requestAnimationFrame(() => setTimeout(resolve));
  });

const parts = async () => {
  await drawn();
  return (await import('./lateParts.ts')).PARTS;
};

export const ModelPanel = lazy(async () => ({ default: (await parts()).ModelPanel }));
export const TunePanel = lazy(async () => ({ default: (await parts()).TunePanel }));
export const PredictionsPanel = lazy(async () => ({ default: (await parts()).PredictionsPanel }));
export const RecordedPanel = lazy(async () => ({ default: (await parts()).RecordedPanel }));
export const FileMenu = lazy(async () => ({ default: (await parts()).FileMenu }));
export const BackendBadge = lazy(async () => ({ default: (await parts()).BackendBadge }));
export const OwnDialog = lazy(async () => ({ default: (await parts()).OwnDialog }));
export const ShareButton = lazy(async () => ({ default: (await parts()).ShareButton }));

interface Column {
  readonly className: string;
  readonly number: number;
  readonly title: string;
}

/** An empty column of the lab. */
export function ColumnPlace({ className, number, title }: Column): ReactNode {
  return (
    <section className={`panel ${className}`} aria-busy="true" aria-label={title}>
      <div className="ph">
        <span className="n">{number}</span>
        <h2>{title}</h2>
      </div>
      <div className="hole tall" />
    </section>
  );
}

export const FILE_PLACE = (
  <span className="btn file-b" aria-hidden="true">
    File
    <Icon name="chevron" />
  </span>
);

export const BADGE_PLACE = (
  <span className="badge mut" aria-hidden="true">
    starting…
  </span>
);
