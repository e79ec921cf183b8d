import type { BackendChoice } from '../bridge/protocol.ts';
import { connectEngine } from '../bridge/client.ts';
import { mount } from './mount.tsx';
import { keepForOffline } from './offline.ts';

const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm', 'cpu'];
const wanted = new URLSearchParams(location.search).get('backend');
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const backend = BACKENDS.find((name) => name === wanted) ?? 'auto';
const app = mount(connectEngine({ backend }), root);
if (import.meta.env.PROD) keepForOffline(app);
