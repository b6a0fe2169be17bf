// The card as a model, for the console's searches. Whatever moves value is bound SQL in store.ts.
import { DataTypes, type Model, type ModelStatic, type Sequelize } from "sequelize";

export function cardModel(sequelize: Sequelize): ModelStatic<Model> {
  return (
    sequelize.models.card ??
    sequelize.define(
      "card",
      {
        card_id: { type: DataTypes.TEXT, primaryKey: true },
        state: DataTypes.TEXT,
        ending: DataTypes.TEXT,
        currency: DataTypes.TEXT,
        number_lookup: DataTypes.TEXT,
        number_masked: DataTypes.TEXT,
        number_sealed: DataTypes.TEXT,
        pin_lookup: DataTypes.TEXT,
        pin_masked: DataTypes.TEXT,
        pin_sealed: DataTypes.TEXT,
        initial_hash: DataTypes.TEXT,
        password_hash: DataTypes.TEXT,
        password_version: DataTypes.BIGINT,
        wrong_tries: DataTypes.BIGINT,
        issued_at: DataTypes.BIGINT,
        expires_at: DataTypes.BIGINT,
      },
      { tableName: "card", timestamps: false },
    )
  );
}
