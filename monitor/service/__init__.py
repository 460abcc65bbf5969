"""The service: wires the world to the stages, keeps them busy and stops gracefully."""

from monitor.service.run import look_ups_hang, run

__all__ = ["look_ups_hang", "run"]
