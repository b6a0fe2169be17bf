// The payment as a model, for the console's searches.
import { DataTypes, type Model, type ModelStatic, type Sequelize } from "sequelize";

export function paymentModel(sequelize: Sequelize): ModelStatic<Model> {
  return (
    sequelize.models.payment ??
    sequelize.define(
      "payment",
      {
        payment_id: { type: DataTypes.TEXT, primaryKey: true },
        request_id: DataTypes.TEXT,
        merchant_id: DataTypes.TEXT,
        terminal_id: DataTypes.TEXT,
        sale_id: DataTypes.TEXT,
        tender_id: DataTypes.TEXT,
        card_id: DataTypes.TEXT,
        card_masked: DataTypes.TEXT,
        route: DataTypes.TEXT,
        state: DataTypes.TEXT,
        happened_at: DataTypes.BIGINT,
      },
      { tableName: "payment", timestamps: false },
    )
  );
}
