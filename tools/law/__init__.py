"""The law as tables: layers, stacking, measures, exemptions, scopes and value shares."""
