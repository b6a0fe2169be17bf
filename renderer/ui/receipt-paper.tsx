// A receipt on the screen, row by row as the printer lays it out.
import { layOutLines, type ReceiptDocument } from "#core/receipt/document.ts";
import { characterWidth } from "#core/receipt/text-width.ts";
import { DotPicture, type Dots, emOf } from "./dot-picture.tsx";
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
            <InColumns text={text} />
            {"\n"}
          </span>
        ))}
      </pre>
    </section>
  );
}

/** What the paper's font draws wider than the columns it takes, such as × and ·: the amount after it would stand out. */
const UNEVEN = /([^\x20-\x7e\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3])/u;

/** A text whose every character takes the columns that it was laid out in. */
function InColumns({ text }: Readonly<{ text: string }>) {
  // Splitting at what is caught puts it at every odd place.
  const pieces = text.split(UNEVEN).map((piece, index) => ({ piece, index, place: `piece ${index}` }));
  return pieces.map(({ piece, index, place }) =>
    index % 2 === 0 ? (
      piece
    ) : (
      <span key={place} className={styles.cell} style={{ width: `${characterWidth(piece) / 2}em` }}>
        {piece}
      </span>
    ),
  );
}

const heightOf = (pictures: readonly Dots[]) => Math.max(...pictures.map(({ heightDots }) => heightDots));
