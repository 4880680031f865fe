"""What each outcome of the 2025 tariff talks means for the partners of the United States."""

__version__ = "0.1.0"
