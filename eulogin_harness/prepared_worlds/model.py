"""Which prepared world a world was loaded with, and where its problem shows."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from mock_world.database import Base


class PreparedWorldRow(Base):
    """One row where a prepared world was loaded. name: of the catalogue, or of an own file.

    opens: where the problem shows, with all values filled in; None where the file names no place.
    """

    __tablename__ = "desk_prepared_world"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    opens: Mapped[dict[str, Any] | None]
