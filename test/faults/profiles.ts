/** How much is played: some minutes, everything a few times, or as often as the project asks of itself. */
export const PROFILES = ['quick', 'ci', 'nightly'] as const;
export type Profile = (typeof PROFILES)[number];
