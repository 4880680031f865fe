"""General equilibrium: what wages, prices, incomes and trade do about tariffs together."""
