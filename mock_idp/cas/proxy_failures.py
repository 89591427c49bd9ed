"""Stand-in: failure codes of proxying, by the refusal, in both dialects."""

CODES: dict[str, str] = {}
CAS_CODES: dict[str, str] = {}
