/** `sonde/instrumentation`: the base of instrumentations, and how to switch some on by hand. */
export {
  type Instrumentation,
  InstrumentationBase,
  type InstrumentationConfig,
  type RegistrationOptions,
  registerInstrumentations,
} from '../instrumentation/instrumentation.ts';
