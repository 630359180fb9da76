/** A mistake that people make here, put into a running application in place of what the product does. */
export interface PlantedBug {
  /** In kebab-case: what `PLANTED_BUG` and `--only planted-bug:<name>` take. */
  readonly name: string;
  /** In a sentence: what goes wrong. */
  readonly sentence: string;
  /** Puts it in, before the application is loaded. Throws when what it replaces is no longer there. */
  plant(): void;
}
