/** The base of instrumentations that change packages: what they patch is a table, the rest is module-patches.ts. */
import { InstrumentationBase, type InstrumentationConfig } from '../instrumentation.ts';
import { addModulePatches, type ModulePatch } from './module-patches.ts';

/** An instrumentation of CommonJS packages. Whoever extends it enables it at the end of the constructor. */
export abstract class ModuleInstrumentation<
  C extends InstrumentationConfig = InstrumentationConfig,
> extends InstrumentationBase<C> {
  #remove: (() => void) | undefined;

  protected override patch(): void {
    this.#remove = addModulePatches(this.modulePatches());
  }

  protected override unpatch(): void {
    this.#remove?.();
    this.#remove = undefined;
  }

  /** What is to be changed, and in which versions. */
  protected abstract modulePatches(): readonly ModulePatch[];
}
