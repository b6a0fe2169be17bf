// Buttons of which one is chosen, named together for those who hear the screen.
import type { ReactNode } from "react";
import styles from "./choice-group.module.css";

type ChoiceGroupProps = Readonly<{ label: string; className: string | undefined; children: ReactNode }>;

export function ChoiceGroup({ label, className, children }: ChoiceGroupProps) {
  return (
    <fieldset className={styles.group}>
      <legend className="visually-hidden">{label}</legend>
      <div className={className}>{children}</div>
    </fieldset>
  );
}
