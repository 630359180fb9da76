/** The rows of an `update ... returning`: TypeORM answers it with `[rows, count]`. */
export const affectedRows = <T>(result: T[] | [T[], number]): T[] =>
  result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number'
    ? result[0]
    : (result as T[]);
