// A failure in words: what happened, what was kept, what to do, with the code small beside it.
import { Button } from "@mantine/core";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { codeOf } from "../api.ts";
import { words } from "../words.ts";
import { signInText } from "./sign-in-text.ts";

export function ErrorNote({
  error,
  onRetry,
}: Readonly<{ error: unknown; onRetry?: (() => void) | undefined }>) {
  const { language } = useLanguage();
  const say = useMessages(words);
  const code = codeOf(error);
  const text = signInText(code, language) ?? errorText(code, language);
  return (
    <div className="note note-refused" role="alert">
      <strong>{text.happened}</strong>
      <span>
        {text.kept} {text.todo}
      </span>
      <code>{code}</code>
      {onRetry === undefined ? null : (
        <Button variant="default" onClick={onRetry}>
          {say.tryAgain}
        </Button>
      )}
    </div>
  );
}
