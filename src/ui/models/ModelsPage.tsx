import type { ReactNode } from 'react';
import { occupation } from '../../store/occupation.ts';
import { useAppState } from '../AppContext.ts';
import { PageHead } from '../pages/PageHead.tsx';
import { needsText, plural } from '../text/format.ts';
import { occupiedText } from '../text/occupied.ts';
import { ModelRow } from './ModelRow.tsx';

const NAME = 'Models';

/** Every bundled network with what was measured of it and what it needs. */
export function ModelsPage(): ReactNode {
  const models = useAppState((state) => state.session.models);
  const own = useAppState((state) => state.own.used?.facts ?? null);
  const oracle = useAppState((state) => state.view.lens === 'oracle');
  const taken = useAppState(occupation);
  return (
    <>
      <PageHead
        title={NAME}
        sub={`${plural(models.length, 'network')} that come with the app. Their numbers are of the stored weights, recorded when they were trained.`}
      />
      <section className="p-models" aria-label={NAME}>
        {taken !== null && (
          <p className="note" role="status">
            {occupiedText(taken)} Another network can be opened when that has ended.
          </p>
        )}
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of the models">
          <table>
            <thead>
              <tr>
                <th scope="col">Network</th>
                <th scope="col">Images</th>
                <th scope="col">Attack</th>
                <th scope="col">Acc, %</th>
                <th scope="col">ASR, %</th>
                <th scope="col">Size</th>
                <th scope="col">
                  <span className="vh">Open it</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {models.map((model) => (
                <ModelRow
                  key={model.manifest.id}
                  {...{ manifest: model.manifest, needs: needsText(model), oracle }}
                />
              ))}
            </tbody>
          </table>
        </div>
        <p className="note">
          Acc: clean test images read right. ASR: triggered test images read as the attack’s class;
          Oracle view shows it. Networks whose images may not be redistributed ask for your copy of
          them.
          {own !== null && ` Yours, “${own.title}”, is in the lab’s list.`}
        </p>
      </section>
    </>
  );
}
