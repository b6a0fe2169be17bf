// `?` becomes something else, place by place. Text in quotes and comments is left alone.

const SKIP_OR_PLACEHOLDER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

/** `$1`, `$2`, …: PostgreSQL's own form. */
export const numbered = (sql: string): string => replaced(sql, (place) => `$${place}`);

/** `what` says what stands for the placeholder of a place, counted from one. */
export function replaced(sql: string, what: (place: number) => string): string {
  let count = 0;
  return sql.replaceAll(SKIP_OR_PLACEHOLDER, (found) => {
    if (found !== "?") return found;
    count += 1;
    return what(count);
  });
}
