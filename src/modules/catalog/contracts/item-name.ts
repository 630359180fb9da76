import { Transform } from 'class-transformer';
import { IsString, Length } from 'class-validator';

/** Wants the name of an item: 1 to 200 characters, without space around it. */
export const IsItemName = (): PropertyDecorator => (target, property) => {
  const trimmed = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim() : value,
  );
  for (const decorate of [trimmed, IsString(), Length(1, 200)]) decorate(target, property);
};
