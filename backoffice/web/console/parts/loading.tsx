import { useEffect, useState } from "react";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";

/** Below this nobody notices the wait, and a word that flashes is worse than none. */
const NOTICED_MS = 300;

export function Loading() {
  const say = useMessages(words);
  const [noticed, setNoticed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setNoticed(true), NOTICED_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status">
      {noticed ? `${say.loading}…` : ""}
    </div>
  );
}
