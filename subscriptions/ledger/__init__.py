"""How many issues each subscription was promised, has received and is owed."""

from subscriptions.ledger.forecasts import forecast_end

__all__ = ["forecast_end"]
