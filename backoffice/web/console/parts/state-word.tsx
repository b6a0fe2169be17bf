// A state in a word and a shape; the colour only repeats it.

export type Tone = "plain" | "done" | "pending" | "refused";

const MARK: Readonly<Record<Tone, string>> = { plain: "", done: "✓ ", pending: "◔ ", refused: "✕ " };

export function StateWord({ word, tone }: Readonly<{ word: string; tone: Tone }>) {
  return (
    <span className={`state state-${tone}`}>
      <span aria-hidden="true">{MARK[tone]}</span>
      {word}
    </span>
  );
}
