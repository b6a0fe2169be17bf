// A receipt on the screen, row by row as the printer lays it out.
import { layOutLines, type ReceiptDocument } from "#core/receipt/document.ts";
import { type Dots, DotPicture, emOf } from "./dot-picture.tsx";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import styles from "./receipt-paper.module.css";

/** 80 mm paper in the printer's ordinary font. */
const COLUMNS = 42;

export type PaperRow = Readonly<{
  text: string;
  bold: boolean;
  tall: boolean;
  /** What was printed as dots, where the text has spaces. */
  pictures?: readonly Dots[] | undefined;
}>;

export function ReceiptPaper({ document }: Readonly<{ document: ReceiptDocument }>) {
  const rows = layOutLines(document, COLUMNS).flatMap((line) =>
    line.kind === "row" ? [{ text: line.text, bold: line.bold, tall: line.size === "tall" }] : [],
  );
  return <Paper rows={rows} />;
}

/** Rows that are laid out already: what a printer has really printed. */
export function Paper({ rows, label }: Readonly<{ rows: readonly PaperRow[]; label?: string }>) {
  const words = useMessages(kitWords);
  // Rows of paper have no name of their own and never move: the place of a row is what it is.
  const placed = rows.map((row, index) => ({ ...row, place: `row ${index + 1}` }));
  return (
    <section className={styles.paper} aria-label={label ?? words.receipt}>
      <pre className={styles.rows}>
        {placed.map(({ text, bold, tall, pictures = [], place }) => (
          <span
            key={place}
            className={styles.row}
            data-bold={bold || undefined}
            data-tall={tall || undefined}
            style={{ minHeight: pictures.length === 0 ? undefined : emOf(heightOf(pictures)) }}
          >
            {pictures.map((dots) => (
              <DotPicture key={dots.column} dots={dots} />
            ))}
            {`${text}\n`}
          </span>
        ))}
      </pre>
    </section>
  );
}

const heightOf = (pictures: readonly Dots[]) => Math.max(...pictures.map(({ heightDots }) => heightDots));
