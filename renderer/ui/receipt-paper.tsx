// A receipt on the screen, row by row as the printer lays it out.
import { type RefObject, useRef } from "react";
import { layOutLines, type ReceiptDocument } from "#core/receipt/document.ts";
import { characterWidth } from "#core/receipt/text-width.ts";
import { DotPicture, type Dots, emOf } from "./dot-picture.tsx";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import { useKeys } from "./keys.tsx";
import styles from "./receipt-paper.module.css";
import { isScrollKey, SCROLL_KEYS, scrollByKey } from "./scroll-keys.ts";

/** 80 mm paper in the printer's ordinary font. */
const COLUMNS = 42;

export type PaperRow = Readonly<{
  text: string;
  bold: boolean;
  tall: boolean;
  /** What was printed as dots, where the text has spaces. */
  pictures?: readonly Dots[] | undefined;
}>;

/**
 * A receipt that is longer than its place moves by the keys of scrolling: from anywhere on the screen where the screen has no
 * use of its own for them, and in any case while the paper has the focus.
 */
export function ReceiptPaper({ document }: Readonly<{ document: ReceiptDocument }>) {
  const paper = useRef<HTMLElement>(null);
  useKeys({
    level: "page",
    keys: Object.fromEntries(SCROLL_KEYS.map((key) => [key, () => scrollByKey(paper.current, key)])),
  });
  const rows = layOutLines(document, COLUMNS).flatMap((line) =>
    line.kind === "row" ? [{ text: line.text, bold: line.bold, tall: line.size === "tall" }] : [],
  );
  return <Paper rows={rows} ref={paper} />;
}

type PaperProps = Readonly<{
  rows: readonly PaperRow[];
  label?: string;
  ref?: RefObject<HTMLElement | null>;
}>;

/** Rows that are laid out already: what a printer has really printed. */
export function Paper({ rows, label, ref }: PaperProps) {
  const words = useMessages(kitWords);
  // Rows of paper have no name of their own and never move: the place of a row is what it is.
  const placed = rows.map((row, index) => ({ ...row, place: `row ${index + 1}` }));
  return (
    <section
      ref={ref}
      className={styles.paper}
      aria-label={label ?? words.receipt}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse reads on with the arrows
      tabIndex={0}
      onKeyDown={(event) => {
        if (!isScrollKey(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        scrollByKey(event.currentTarget, event.key);
      }}
    >
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
