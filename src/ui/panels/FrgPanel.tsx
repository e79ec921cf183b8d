import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { cutSteps } from '../../store/cutSteps.ts';
import { findCarriers } from '../../core/frg/carriers.ts';
import { ruleOf } from '../../store/controlRules.ts';
import { chartIsHidden, lessonStep } from '../../store/lessonView.ts';
import { isBusy, sweepChanges } from '../../store/selectors.ts';
import { useApp, useAppState, useSteadyState } from '../AppContext.ts';
import { PinButton } from '../cards/PinButton.tsx';
import { FrgChart } from '../charts/FrgChart.tsx';
import { FrgTableView } from '../charts/FrgTableView.tsx';
import { Icon } from '../controls/Icon.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { cutText } from '../charts/CutLine.tsx';
import { axisNote } from '../text/findings.ts';
import { count } from '../text/format.ts';
import { useCut } from '../useCut.ts';
import { useScored, useScoredBefore } from '../useScored.ts';
import { FrgBanner } from './FrgBanner.tsx';
import { FrgEmpty } from './FrgEmpty.tsx';
import { FrgFooter } from './FrgFooter.tsx';
import { FrgHead, FrgLegend, FrgTitle } from './FrgText.tsx';
import { Recipe } from './Recipe.tsx';
import { RangeBar } from './RangeBar.tsx';
import { SlowButton } from '../slow/SlowButton.tsx';
import { GhostKey } from './GhostKey.tsx';
import { LayerChoice } from './LayerChoice.tsx';
import { layerOnShow } from './layerOnShow.ts';
import { MapSearch } from './MapSearch.tsx';
import type { MapRange } from '../../store/viewState.ts';
import { spokenMap, telling } from '../text/mapText.ts';
import { MapCard } from './MapCard.tsx';
import { OracleBox } from './OracleBox.tsx';

/** Column 2: every feature map's score and the line that cuts them. */
export function FrgPanel(): ReactNode {
  const app = useApp();
  const state = useSteadyState();
  const locked = useAppState((whole) => ruleOf(whole, 'p') !== null);
  const [asTable, setAsTable] = useState(false);
  const veiled = useAppState(chartIsHidden) && !isBusy(state);
  const cover = useAppState((whole) => lessonStep(whole)?.chart);
  const { model } = state.session;
  const { spec, status } = state.run;
  const { order, theme, focusMap, range } = state.view;
  const { sweep } = state.results;
  const scope = sweep?.spec.frg.maps ?? spec.frg.maps;
  const layer = model === null ? null : layerOnShow(model.plan, scope, state.view.layer);
  const steps = useMemo(
    () => (model === null ? [] : cutSteps(model.plan, scope, spec.selection)),
    [model, scope, spec.selection],
  );
  const scored = useScored();
  const cut = useCut();
  const { previous } = state;
  const before = useScoredBefore();
  const { change } = state.results;
  const sees = state.view.lens === 'oracle';
  const carries = useMemo(
    () =>
      model === null || scored === null || change === null || !sees
        ? null
        : findCarriers(model.plan, scored.table.maps, change).carries,
    [model, scored, change, sees],
  );
  // A search for eps takes the place of the marks of the run before.
  const searching = isBusy(state) && state.run.phase === 'searchingEps';
  const stale = sweepChanges(state).length > 0;
  // Until someone points at a map, the most suspicious one is open.
  const pinned =
    focusMap ??
    (cut === null || status === 'running'
      ? null
      : (scored?.table.maps[scored.ranked[0] ?? -1] ?? null));
  const focusRow =
    scored === null || pinned === null || pinned < 0 ? null : scored.table.maps.indexOf(pinned);
  const row =
    focusRow !== null && scored !== null && focusRow >= 0 && focusRow < scored.table.rows
      ? focusRow
      : null;
  const onFocusRow = (next: number | null): void => {
    app.setView({ focusMap: next === null ? -1 : (scored?.table.maps[next] ?? null) });
  };
  const onRange = useCallback(
    (next: MapRange | null) => {
      app.maps.mark(next);
    },
    [app],
  );
  const onPin = useCallback(
    (map: number) => {
      app.maps.pin(map);
    },
    [app],
  );
  const spoken =
    scored === null || model === null || row === null
      ? 'no feature map'
      : spokenMap(model.plan, scored, row, cut);
  const summary =
    scored === null
      ? 'No feature map is scored yet'
      : `${count(scored.table.rows)} of ${count(scored.table.maps.length)} feature maps scored. ${cut === null ? '' : cutText(spec.p, cut.count, scored.table.rows, cut.ties, cut.spared)}`;
  return (
    <section
      className="panel p-frg"
      aria-labelledby="h-frg"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onFocusRow(null);
      }}
    >
      <FrgHead scored={veiled ? null : scored}>
        <button
          type="button"
          className="btn sq small"
          aria-pressed={asTable}
          aria-label="Show as a table"
          title="Show as a table"
          disabled={scored === null || veiled}
          onClick={() => {
            setAsTable(!asTable);
          }}
        >
          <Icon name="table" />
        </button>
        <Segmented
          label="Order of the feature maps"
          className="s"
          value={order}
          disabled={cut === null || veiled}
          options={[
            { id: 'layer', label: 'By layer' },
            { id: 'rank', label: 'Ranked' },
          ]}
          onChange={(next) => {
            app.setView({ order: next });
          }}
        />
      </FrgHead>
      <FrgBanner />
      {veiled && scored !== null ? (
        <div className="empt">
          <div>
            <p className="find">The lesson comes to this</p>
            <p className="note">
              {cover === 'never'
                ? 'This step is about something else; the chart comes back later.'
                : 'The chart is covered until you have made your guess.'}
            </p>
          </div>
        </div>
      ) : scored === null || model === null || searching ? (
        <FrgEmpty />
      ) : (
        <>
          <FrgTitle {...{ scored, cut }} />
          <p className="note">{axisNote(spec, scored.table.labels.length)}</p>
          {asTable ? (
            <FrgTableView
              plan={model.plan}
              {...{ scored, cut, layer, range }}
              focusRow={row}
              onFocusRow={onFocusRow}
            />
          ) : (
            <FrgChart
              plan={model.plan}
              {...{ scope, scored, cut, steps, order, layer, stale, theme, summary, range, spoken }}
              onRange={onRange}
              onPin={onPin}
              p={spec.p}
              carries={carries}
              before={before}
              perLayer={spec.selection === 'perLayer'}
              focusRow={row}
              asked={focusMap !== null}
              onFocusRow={onFocusRow}
              locked={locked}
              onP={app.setP}
              card={(place) => <MapCard {...{ place, scored, cut, before, model }} />}
            />
          )}
          {range !== null && <RangeBar plan={model.plan} {...{ scored, cut, range }} />}
          <div className="made-row">
            <FrgFooter />
            {pinned !== null && row !== null && <PinButton plan={model.plan} map={pinned} />}
            {sweep !== null && cut !== null && pinned !== null && row !== null && (
              <SlowButton {...{ model, sweep, map: pinned }} image={telling(scored, row)} />
            )}
          </div>
          {cut !== null && (
            <FrgLegend
              {...{ cut, stale }}
              carriers={carries !== null}
              ghost={previous !== null && <GhostKey sweep={previous.sweep} />}
            >
              <LayerChoice plan={model.plan} {...{ scope, layer }} />
              <MapSearch plan={model.plan} {...{ scored, cut, layer }} />
            </FrgLegend>
          )}
        </>
      )}
      <OracleBox scored={cut === null || veiled ? null : scored} cut={cut} />
      {!veiled && scored !== null && <Recipe />}
    </section>
  );
}
