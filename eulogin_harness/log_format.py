"""What `serve` logs on standard error: lines for people, or one JSON object a line for what gathers them."""

import json
import logging
from datetime import UTC, datetime

_SERVER = "mock_world.server"


class JsonLines(logging.Formatter):
    """A record as one JSON object in ASCII: time, level, logger, message, and what it knows besides (`known`)."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; no control character is raw in it."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "known", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_standard_error(log_format: str, *, verbose: bool) -> None:
    """Let warnings go there in the form `text` or `json`; verbose: also each request and each broken connection."""
    handler, log = logging.StreamHandler(), logging.getLogger(_SERVER)
    if log_format == "json":
        handler.setFormatter(JsonLines())
        logging.getLogger().addHandler(handler)
        logging.captureWarnings(True)
    elif verbose:
        handler.setFormatter(logging.Formatter("eulogin-harness: %(message)s"))
        log.addHandler(handler)
    if verbose:
        log.setLevel(logging.INFO)
