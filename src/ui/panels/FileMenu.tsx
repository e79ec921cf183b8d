import type { ReactNode } from 'react';
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
import { useApp } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';

const WEIGHTS = {
  pruned: 'the pruned network',
  fineTuned: 'the fine-tuned network',
} as const;

/** Open what one brings; export what is on show. */
export function FileMenu(): ReactNode {
  const { own, files, store } = useApp();
  const can = useStore(store, useShallow(exportable));
  const items = [
    { id: 'run', on: can.run, text: 'Run', what: '.json, opens here again with the same charts' },
    { id: 'scores', on: can.scores, text: 'FRG scores', what: '.csv, one row per feature map' },
    {
      ...{ id: 'weights', on: can.weights !== null, text: 'Weights and mask' },
      what: `.safetensors and .json, ${can.weights === null ? 'once a run here has pruned' : WEIGHTS[can.weights]}`,
    },
  ];
  const actions: Readonly<Record<string, () => void>> = {
    open: () => {
      own.show();
    },
    run: () => {
      files.run();
    },
    scores: () => {
      files.scores();
    },
    weights: () => void files.weights(),
  };
  return (
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
          <MenuSection>
            <Header className="mut sm">Export</Header>
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
  );
}
