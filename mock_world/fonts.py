"""The font of all pages, as a package brings it: Source Sans Pro in several weights, as OTF and TTF."""

from pathlib import Path

import font_source_sans_pro

FOLDER = Path(font_source_sans_pro.__file__).parent / "files"
