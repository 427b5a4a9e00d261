/** The policy's thread where TensorFlow.js runs it. */
import './with-tfjs.ts';
import './policy.worker.ts';
