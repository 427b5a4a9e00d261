/** The reward model's thread where TensorFlow.js runs it. */
import './with-tfjs.ts';
import './reward.worker.ts';
