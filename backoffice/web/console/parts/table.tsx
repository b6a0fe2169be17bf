// The table of every list: search and page are in the address, so that what one sees can be passed on.
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { ErrorNote } from "./error-note.tsx";
import { ExportLink } from "./export-link.tsx";
import { Loading } from "./loading.tsx";
import { isPrivate, usePrivateQuery } from "./private-query.tsx";

export const PAGE_SIZE = 25;
const TYPING_MS = 250;

export type Column<Row> = Readonly<{
  title: string;
  cell(row: Row): ReactNode;
  /** Figures stand on the right, so that their digits stand beneath one another. */
  figures?: boolean;
}>;

export type TableQuery<Row> = Readonly<{
  data: Readonly<{ total: number; rows: readonly Row[] }> | undefined;
  error: unknown;
  isError: boolean;
  refetch(): unknown;
}>;

export type TableProps<Row> = Readonly<{
  label: string;
  columns: readonly Column<Row>[];
  query: TableQuery<Row>;
  rowKey(row: Row): string;
  /** Where a row leads, if anywhere. */
  href?: ((row: Row) => string | undefined) | undefined;
  /** The name of the list in `/v1/console/exports/NAME.csv`. */
  csv?: string;
  /** What the list is of beside what its address says. */
  csvOf?: Readonly<Record<string, string>>;
  /** Among other panels a table says its name. */
  isTitled?: boolean;
  filters?: ReactNode;
  actions?: ReactNode;
  searchable?: boolean;
  /** What an empty list means here. Under a search or a filter it only means that nothing was found. */
  ifEmpty?: string | undefined;
}>;

/** The list's own part of the address. */
export function useListAddress() {
  const [search, setSearch] = useSearchParams();
  const page = Math.max(0, Number.parseInt(search.get("page") ?? "0", 10) || 0);
  const set = (changes: Readonly<Record<string, string>>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (!("page" in changes)) after.delete("page");
        for (const [name, value] of Object.entries(changes)) {
          if (value === "" || value === "0") after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
  const query = search.get("query") ?? "";
  return {
    page,
    query,
    get: (name: string) => search.get(name) ?? "",
    set,
    request: { page, pageSize: PAGE_SIZE, ...(query === "" ? {} : { query }) },
    text: search.toString(),
  };
}

export function Table<Row>(props: TableProps<Row>) {
  const { data, isError, error, refetch } = props.query;
  return (
    <section className="panel" aria-label={props.isTitled ? props.label : undefined}>
      {props.isTitled ? <h2>{props.label}</h2> : null}
      <Bar {...props} />
      {isError ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined ? (
        isError ? null : (
          <Loading />
        )
      ) : (
        <>
          <Rows {...props} rows={data.rows} />
          <Pager total={data.total} />
        </>
      )}
    </section>
  );
}

/** Search, filters and what can be done with the list; nothing where there is none of them. */
function Bar<Row>({ searchable = true, filters, actions, csv, csvOf, query }: TableProps<Row>) {
  const { text } = useListAddress();
  if (!searchable && filters === undefined && actions === undefined && csv === undefined) return null;
  const exported = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(text)), ...csvOf });
  return (
    <div className="table-bar">
      {searchable ? <Search /> : null}
      {filters}
      <span className="grow" />
      {actions}
      {csv === undefined ? null : (
        <ExportLink name={csv} filters={String(exported)} total={query.data?.total} />
      )}
    </div>
  );
}

function Rows<Row>({
  label,
  columns,
  rows,
  rowKey,
  href,
  ifEmpty,
}: TableProps<Row> & { rows: readonly Row[] }) {
  const say = useMessages(words);
  const { query } = useListAddress();
  const nothing = query === "" && ifEmpty !== undefined ? ifEmpty : say.nothing;
  const [, navigate] = useLocation();
  return (
    <div className="table-scroll">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.figures ? "figures" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const target = href?.(row);
            const open = target === undefined ? undefined : () => navigate(target);
            return (
              <tr
                key={rowKey(row)}
                className={open === undefined ? undefined : "row-link"}
                tabIndex={open === undefined ? undefined : 0}
                onClick={open}
                onKeyDown={open === undefined ? undefined : (event) => event.key === "Enter" && open()}
              >
                {columns.map((column) => (
                  <td key={column.title} className={column.figures ? "figures" : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="nothing">{nothing}</p> : null}
    </div>
  );
}

function Search() {
  const say = useMessages(words);
  const { query, set } = useListAddress();
  const [typed, setTyped] = useState(query);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // A layout effect, as this page is only hidden while the next one loads: it must not call the address back to itself.
  const hidden = usePrivateQuery();
  const forget = hidden.set;
  useLayoutEffect(
    () => () => {
      clearTimeout(timer.current);
      forget("");
    },
    [forget],
  );
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      hidden.set(isPrivate(text) ? text : "");
      set({ query: isPrivate(text) ? "" : text });
    }, TYPING_MS);
  };
  return (
    <TextInput
      className="search"
      type="search"
      aria-label={say.search}
      placeholder={say.search}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

function Pager({ total }: Readonly<{ total: number }>) {
  const say = useMessages(words);
  const format = useFormat();
  const { page, set } = useListAddress();
  if (total <= PAGE_SIZE && page === 0) return null;
  const first = page * PAGE_SIZE + 1;
  const last = Math.min(total, (page + 1) * PAGE_SIZE);
  return (
    <nav className="pager" aria-label={say.rows(String(first), String(last), String(total))}>
      <Button
        variant="default"
        aria-label={say.previous}
        disabled={page === 0}
        onClick={() => set({ page: String(page - 1) })}
      >
        ←
      </Button>
      <span>{say.rows(format.count(first), format.count(last), format.count(total))}</span>
      <Button
        variant="default"
        aria-label={say.next}
        disabled={last >= total}
        onClick={() => set({ page: String(page + 1) })}
      >
        →
      </Button>
    </nav>
  );
}
