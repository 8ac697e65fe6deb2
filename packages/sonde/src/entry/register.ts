/** `sonde/register`: zero-code start. The only entry with a side effect. */
export { instrumentationReport } from '../register/register.ts';
