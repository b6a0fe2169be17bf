// `?` becomes `$1`, `$2`, …: PostgreSQL's own form. Text in quotes and comments is left alone.

const SKIP_OR_PLACEHOLDER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

export function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll(SKIP_OR_PLACEHOLDER, (found) => {
    if (found !== "?") return found;
    count += 1;
    return `$${count}`;
  });
}
