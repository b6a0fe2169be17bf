// Dots that a printer was sent, as large as they are on paper beside the characters of its row.
import { useEffect, useRef } from "react";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import styles from "./receipt-paper.module.css";

/** A printer's ordinary character is 24 dots high: on the screen one em, and half as wide. */
const EM_DOTS = 24;
const COLUMN_EM = 0.5;
const OPAQUE = 255;
const BYTES_A_PIXEL = 4;

export type Dots = Readonly<{
  column: number;
  widthDots: number;
  heightDots: number;
  /** Row by row, eight dots a byte, as base64. */
  bits: string;
}>;

export function DotPicture({ dots }: Readonly<{ dots: Dots }>) {
  const words = useMessages(kitWords);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { column, widthDots, heightDots } = dots;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(new ImageData(inkOf(dots), dots.widthDots, dots.heightDots), 0, 0);
  }, [dots]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={words.dots}
      className={styles.dots}
      width={widthDots}
      height={heightDots}
      style={{ left: `${column * COLUMN_EM}em`, width: emOf(widthDots), height: emOf(heightDots) }}
    />
  );
}

export const emOf = (dots: number) => `${dots / EM_DOTS}em`;

/** Black where there is ink, and the paper's own colour between: pixels from the left top, four bytes each. */
export function inkOf({ widthDots, heightDots, bits }: Dots): Uint8ClampedArray<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(bits), (character) => character.charCodeAt(0));
  const across = Math.ceil(widthDots / 8);
  const pixels = new Uint8ClampedArray(widthDots * heightDots * BYTES_A_PIXEL);
  for (let y = 0; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) {
      const isInk = ((bytes[y * across + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
      pixels[(y * widthDots + x) * BYTES_A_PIXEL + BYTES_A_PIXEL - 1] = isInk ? OPAQUE : 0;
    }
  }
  return pixels;
}
