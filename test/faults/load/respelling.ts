import type { Asked } from './rig-client';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Writes every UUID of a request, in its path and in its body, as it is, in capitals, or in a mixture. */
export function respelling(random: () => number): (asked: Asked) => Asked {
  const respelled = (text: string): string =>
    text.replace(UUID, (id) => {
      const chance = random();
      if (chance < 0.2) return id;
      if (chance < 0.7) return id.toUpperCase();
      return [...id].map((digit) => (random() < 0.5 ? digit.toUpperCase() : digit)).join('');
    });
  return (asked) => ({
    ...asked,
    path: respelled(asked.path),
    ...(asked.body !== undefined && { body: JSON.parse(respelled(JSON.stringify(asked.body))) as unknown }),
  });
}
