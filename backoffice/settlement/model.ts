// Batches as a model, for the console's searches. Whatever decides about money is bound SQL in store.ts.
import { DataTypes, type Model, type ModelStatic, type Sequelize } from "sequelize";

export function batchModel(sequelize: Sequelize): ModelStatic<Model> {
  return (
    sequelize.models.settlement_batch ??
    sequelize.define(
      "settlement_batch",
      {
        id: { type: DataTypes.TEXT, primaryKey: true },
        state: DataTypes.TEXT,
        currency: DataTypes.TEXT,
        cut_off_at: DataTypes.BIGINT,
        made_by: DataTypes.TEXT,
        made_at: DataTypes.BIGINT,
        approved_by: DataTypes.TEXT,
        approved_at: DataTypes.BIGINT,
        sent_by: DataTypes.TEXT,
        sent_at: DataTypes.BIGINT,
        delivered_at: DataTypes.BIGINT,
        settled_at: DataTypes.BIGINT,
        refused_by: DataTypes.TEXT,
        refused_at: DataTypes.BIGINT,
        refusal: DataTypes.TEXT,
        message_id: DataTypes.TEXT,
        adopted_at: DataTypes.BIGINT,
      },
      { tableName: "settlement_batch", timestamps: false },
    )
  );
}
