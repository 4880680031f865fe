"""Put data/ and notebooks/ into a wheel, and leave an editable install to read the checkout."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]
    """Forced files would shadow the checkout in an editable install, so they are added here."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the two folders when a real wheel is built."""
        if version == "standard":
            for folder in ("data", "notebooks"):
                build_data["force_include"][folder] = f"tradeviz/{folder}"
