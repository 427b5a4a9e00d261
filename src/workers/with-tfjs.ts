/** Makes the engine on TensorFlow.js known to the thread that imports this first: a file of its own, since it is larger than all else. */
import { createTfjsEngine } from '../kernels/tfjs/tfjs-engine.ts';
import { extraEngines } from './choose-engine.ts';

extraEngines.tfjs = createTfjsEngine;
