// Buttons of the counter: large, with the key that does the same written on them.
import type { ReactNode } from "react";
import styles from "./button.module.css";

export type ButtonLook = "primary" | "plain" | "quiet" | "tender";

type ButtonProps = Readonly<{
  children: ReactNode;
  onPress: () => void;
  look?: ButtonLook;
  /** The key that does the same, as written on it: "F3", "Esc". */
  keyName?: string | undefined;
  disabled?: boolean | undefined;
  /** 44 px instead of 64: for a desk, not for the counter. */
  small?: boolean;
  label?: string;
  pressed?: boolean;
  wide?: boolean;
}>;

export function Button({
  children,
  onPress,
  look = "plain",
  keyName,
  disabled = false,
  small = false,
  label,
  pressed,
  wide = false,
}: ButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      data-look={look}
      data-small={small || undefined}
      data-wide={wide || undefined}
      disabled={disabled}
      onClick={onPress}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={keyName}
    >
      <span className={styles.content}>{children}</span>
      {keyName !== undefined && (
        <span className={styles.key} aria-hidden="true">
          {keyName}
        </span>
      )}
    </button>
  );
}

/** The one primary action of a screen: bottom right, always the same colour, done by Enter. */
export function PrimaryAction(props: Omit<ButtonProps, "look" | "keyName" | "small">) {
  return <Button {...props} look="primary" keyName="Enter" />;
}
