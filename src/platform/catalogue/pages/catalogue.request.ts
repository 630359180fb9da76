import { IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';

export class CatalogueSearch {
  /** Words that are all in what is looked for. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  readonly q?: string;
}

export class CatalogueName {
  @IsString()
  @Length(1, 200)
  @Matches(/^[^\0]+$/)
  readonly name!: string;
}
