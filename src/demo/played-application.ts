/** The application that a file is played through. */
export interface PlayedApplication {
  /** What is said while `start` runs. */
  readonly arrival: string;
  /** Its API; known once it has started. */
  readonly url: string;
  /** The operator's API of each of its processes. */
  readonly opsUrls: readonly string[];
  /** Rejects when it ends without having been stopped. */
  readonly death: Promise<never>;
  /** The end of what it printed. */
  readonly lastWords: string;
  /** Resolves when it takes requests. */
  start(): Promise<void>;
  /**
   * Leaves nothing of it behind, as far as the demo has started it; may be called at any time and more than
   * once.
   */
  stop(): Promise<void>;
}
