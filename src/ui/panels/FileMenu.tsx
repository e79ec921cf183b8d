import { lazy, useState, type ReactNode } from 'react';
import {
  Button,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { useStore } from 'zustand';
import { exportable } from '../../store/exports.ts';
import { scoresAreHidden } from '../../store/lessonView.ts';
import { useApp } from '../AppContext.ts';
import type * as exporting from '../export/exportFiles.tsx';
import { Icon } from '../controls/Icon.tsx';
import { PageBoundary } from '../pages/PageBoundary.tsx';

const WEIGHTS = {
  pruned: 'the pruned network',
  fineTuned: 'the fine-tuned network',
} as const;

const ClassLink = lazy(() =>
  import('../teach/ClassLink.tsx').then((part) => ({ default: part.ClassLink })),
);

type Drawing = typeof exporting;

/** Open what one brings; export what is on show. */
export function FileMenu(): ReactNode {
  const app = useApp();
  const { own, files, store } = app;
  const [builds, setBuilds] = useState(false);
  const can = useStore(store, useShallow(exportable));
  const waits = useStore(store, scoresAreHidden);
  const items = [
    { id: 'run', on: can.run, text: 'Run', what: '.json, opens here again with the same charts' },
    { id: 'report', on: can.scores, text: 'Report', what: '.html, one page to print or send' },
    {
      id: 'svg',
      on: can.scores,
      text: 'FRG chart',
      what: '.svg, with its finding, settings and typefaces',
    },
    { id: 'png', on: can.scores, text: 'FRG picture', what: '.png, twice the size' },
    { id: 'scores', on: can.scores, text: 'FRG scores', what: '.csv, one row per feature map' },
    { id: 'mask', on: can.mask, text: 'Mask', what: '.json, the maps above the line, for PyTorch' },
    {
      ...{ id: 'weights', on: can.weights !== null, text: 'Weights and mask' },
      what: `.safetensors and .json, ${can.weights === null ? 'once a run here has pruned' : WEIGHTS[can.weights]}`,
    },
  ];
  const draw = (save: (part: Drawing) => Promise<void>): void => {
    import('../export/exportFiles.tsx').then(save).catch(() => {
      app.addNotice('The file could not be made. Check the connection, then try again.');
    });
  };
  const actions: Readonly<Record<string, () => void>> = {
    class: () => {
      setBuilds(true);
    },
    open: () => {
      own.show();
    },
    run: () => {
      files.run();
    },
    report: () => {
      draw(({ saveReport }) => saveReport(app, new Date().toISOString().slice(0, 10)));
    },
    svg: () => {
      draw(({ saveChartSvg }) => saveChartSvg(app));
    },
    png: () => {
      draw(({ saveChartPng }) => saveChartPng(app));
    },
    scores: () => {
      files.scores();
    },
    mask: () => {
      draw(({ saveMask }) => saveMask(app));
    },
    weights: () => void files.weights(),
  };
  return (
    <>
      <MenuTrigger>
        <Button className="btn file-b">
          File
          <Icon name="chevron" />
        </Button>
        <Popover className="pop" placement="bottom end">
          <Menu
            className="picks"
            disabledKeys={items.filter(({ on }) => !on).map(({ id }) => id)}
            onAction={(key) => actions[key]?.()}
          >
            <MenuItem id="open" textValue="Open a network, images or a run">
              <b>Open</b>
              <span className="mut sm">a network, images or a run</span>
            </MenuItem>
            <MenuItem id="class" textValue="A link for your class">
              <b>A link for your class</b>
              <span className="mut sm">these settings, with what you hide or lock</span>
            </MenuItem>
            <MenuSection>
              <Header className="mut sm">{waits ? 'Export, later in the lesson' : 'Export'}</Header>
              {items.map(({ id, text, what }) => (
                <MenuItem key={id} id={id} textValue={text}>
                  <b>{text}</b>
                  <span className="mut sm">{what}</span>
                </MenuItem>
              ))}
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
      {builds && (
        <PageBoundary what="The link builder" waiting={null}>
          <ClassLink
            onClose={() => {
              setBuilds(false);
            }}
          />
        </PageBoundary>
      )}
    </>
  );
}
