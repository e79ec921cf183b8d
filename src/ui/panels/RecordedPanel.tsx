import type { CSSProperties, ReactNode } from 'react';
import { recordedRows, type RecordedRow, type Summary } from '../../store/recorded.ts';
import { recordsAreHidden } from '../../store/lessonView.ts';
import { useAppState } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { className, count, percent, percentText } from '../text/format.ts';

const NAMES: Readonly<Record<string, readonly [name: string, what: string]>> = {
  lab: ['Lab preset', 'target share of FRG images, then fine-tuning'],
  fineTuneOnly: ['Fine-tuning only', 'no map pruned, same images and epochs'],
  random: ['Random pruning', 'as many maps, drawn blindly'],
  oracle: ['Oracle', 'as many maps, chosen with the trigger in hand'],
  paper: ['Paper preset', 'Algorithm 1 as printed: one step, ε 1/255, p 64'],
  released: ['Released preset', 'the authors’ code, ranking order corrected'],
};

function Cell({ summary, role }: { summary: Summary; role: 'acc' | 'asr' | 'ra' }): ReactNode {
  const { mean, low, high } = summary;
  const style = { '--m': mean, '--l': low, '--h': high } as CSSProperties;
  return (
    <td className={`num ${role}`}>
      <span className="track" style={style} aria-hidden="true">
        <i className="span" />
        <i className="dot" />
      </span>
      <b>{percent(mean)}</b>
      <small>
        {percent(low)} to {percent(high)}
      </small>
    </td>
  );
}

function HiddenCell(): ReactNode {
  return (
    <td className="hid">
      <Icon name="shut" />
      <span className="vh">Hidden from the defender</span>
    </td>
  );
}

function Row({ row, oracle }: { row: RecordedRow; oracle: boolean }): ReactNode {
  const [name, what] = NAMES[row.label] ?? [row.label, ''];
  // What the trigger chose is not for a defender, on clean images neither.
  const veiled = !oracle && row.label === 'oracle';
  const cells = [
    [row.asrPruned, 'asr'],
    [row.asr, 'asr'],
    [row.ra, 'ra'],
  ] as const;
  return (
    <tr>
      <th scope="row">
        {name}
        <small>
          {what}
          {row.runs.length > 1 && `; ${String(row.runs.length)} seeds`}
        </small>
      </th>
      {veiled ? <HiddenCell /> : <td className="num">{row.pruned}</td>}
      {veiled ? <HiddenCell /> : <Cell summary={row.acc} role="acc" />}
      {cells.map(([summary, role], i) =>
        summary === null ? null : oracle ? (
          <Cell key={i} {...{ summary, role }} />
        ) : (
          <HiddenCell key={i} />
        ),
      )}
    </tr>
  );
}

/** Below the columns: the same model and budget by other means, measured beforehand. */
export function RecordedPanel(): ReactNode {
  const recorded = useAppState((state) => state.session.recorded);
  const manifest = useAppState((state) => state.session.model?.manifest);
  const oracle = useAppState((state) => state.view.lens === 'oracle');
  const isHidden = useAppState(recordsAreHidden);
  if (manifest === undefined || isHidden) return null;
  const rows = recordedRows(recorded, manifest.id);
  const [first] = rows;
  const sample = first?.runs[0];
  if (first === undefined || sample === undefined) return null;
  const hasTrigger = manifest.attack !== null;
  const suspect = sample.result.suspectedTarget;
  return (
    <section className="panel p-rec" aria-labelledby="h-rec">
      <div className="ph">
        <h2 id="h-rec">What else would have worked?</h2>
        <div className="end">
          <span className="chip rec">recorded</span>
        </div>
      </div>
      <p className="note">
        The same network, clean images and epochs. Measured on {sample.date} with WASM (
        {sample.device}), commit {sample.commit}; n = {count(sample.result.stages.fineTuned.nClean)}{' '}
        clean images. Below each rate: the range over the seeds, or the 95&nbsp;% interval of one
        run.{' '}
        {suspect === null
          ? 'FRG finds no dominant class.'
          : `FRG suspects “${className(manifest, suspect.class)}” (median share ${percentText(suspect.medianShare, 0)}, runner-up ${percentText(suspect.runnerUp, 0)}).`}
      </p>
      <div className="scroll" tabIndex={0} role="region" aria-label="Recorded runs">
        <table>
          <thead>
            <tr>
              <th scope="col">What was done</th>
              <th scope="col">Maps</th>
              <th scope="col">Acc, %</th>
              {hasTrigger && (
                <>
                  <th scope="col">ASR after pruning, %</th>
                  <th scope="col">ASR at the end, %</th>
                  <th scope="col">RA at the end, %</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.label} {...{ row, oracle }} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
