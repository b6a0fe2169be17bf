// Takes a list away as CSV, or says why it cannot be one file.
import { Button } from "@mantine/core";
import { EXPORT_ROWS_MAX } from "#core/contract/paging.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { exportWords } from "../export-words.ts";

export type ExportLinkProps = Readonly<{
  /** The name of the list in `/v1/console/exports/NAME.csv`. */
  name: string;
  /** The list's own part of the address: its search and filters. */
  filters: string;
  /** Rows under these filters, once they are known. */
  total: number | undefined;
}>;

export function ExportLink({ name, filters, total = 0 }: ExportLinkProps) {
  const say = useMessages(exportWords);
  if (total > EXPORT_ROWS_MAX) return <span className="dim">{say.tooLong}</span>;
  return (
    <Button variant="default" component="a" href={`/v1/console/exports/${name}.csv?${filters}`} download>
      {say.csv}
    </Button>
  );
}
