"""What trade and duty will be, month by month, under an outcome, with ranges that are scored."""

from __future__ import annotations

from tradeviz.models.forecast.forecasts import forecast
from tradeviz.models.forecast.record import forecast_record, recorded_months
from tradeviz.models.forecast.scores import scores

__all__ = ["forecast", "forecast_record", "recorded_months", "scores"]
