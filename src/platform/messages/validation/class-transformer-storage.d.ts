/** What class-transformer knows of classes; it exports the types of it and not the thing itself. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}
