import { Fragment, useMemo, useState, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import type { TestPredictions } from '../../bridge/runEvents.ts';
import { confusionChange, type Kind } from '../../store/confusion.ts';
import { useApp } from '../AppContext.ts';
import { Segmented } from '../controls/Segmented.tsx';
import { className, count, shortName } from '../text/format.ts';
import { ImagesBehind } from './ImagesBehind.tsx';

interface Props {
  readonly model: LoadedModel;
  readonly before: TestPredictions;
  readonly now: TestPredictions;
  readonly oracle: boolean;
}

const SHOWN = 8;

/** Which classes are read as which, before and after; each cell opens its images. */
export function ConfusionPanel({ model, before, now, oracle }: Props): ReactNode {
  const { oracle: asked } = useApp();
  const hasTriggered = oracle && now.triggered !== null;
  const [wanted, setKind] = useState<Kind>('clean');
  const [open, setOpen] = useState<string | null>(null);
  const kind = hasTriggered ? wanted : 'clean';
  const cells = useMemo(() => confusionChange(before, now, kind) ?? [], [before, now, kind]);
  const name = (k: number): string => shortName(model.manifest, k);
  return (
    <details className="conf">
      <summary>What reads differently now</summary>
      {hasTriggered && (
        <Segmented
          label="Which images"
          className="s"
          value={kind}
          options={[
            { id: 'clean', label: 'Clean' },
            { id: 'triggered', label: 'Triggered' },
          ]}
          onChange={setKind}
        />
      )}
      {cells.length === 0 ? (
        <p className="note">Every image is read as before.</p>
      ) : (
        <table className="num">
          <thead>
            <tr>
              <th scope="col">Is</th>
              <th scope="col">Read as</th>
              <th scope="col">Before</th>
              <th scope="col">Now</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {cells.slice(0, SHOWN).map((cell) => {
              const key = `${kind} ${String(cell.label)} ${String(cell.predicted)}`;
              const isOpen = open === key;
              const by = cell.after - cell.before;
              const sign = by > 0 ? '+' : '−';
              return (
                <Fragment key={key}>
                  <tr className={cell.label === cell.predicted ? 'diag' : ''}>
                    <td title={className(model.manifest, cell.label)}>{name(cell.label)}</td>
                    <td title={className(model.manifest, cell.predicted)}>
                      {name(cell.predicted)}
                    </td>
                    <td>{count(cell.before)}</td>
                    <td>{count(cell.after)}</td>
                    <td>
                      {asked.canLook ? (
                        <button
                          type="button"
                          className="link"
                          aria-expanded={isOpen}
                          aria-label={`${sign}${count(Math.abs(by))}: ${name(cell.label)} read as ${name(cell.predicted)}, show the images`}
                          onClick={() => {
                            setOpen(isOpen ? null : key);
                          }}
                        >
                          {sign}
                          {count(Math.abs(by))}
                        </button>
                      ) : (
                        <>
                          {sign}
                          {count(Math.abs(by))}
                        </>
                      )}
                    </td>
                  </tr>
                  {isOpen && (
                    <tr>
                      <td colSpan={5}>
                        <ImagesBehind {...{ model, before, now, kind, cell }} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
      {cells.length > SHOWN && (
        <p className="note">
          The largest {SHOWN} of {count(cells.length)} cells that changed.
        </p>
      )}
    </details>
  );
}
