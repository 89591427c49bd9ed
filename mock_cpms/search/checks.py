"""What can be looked for at all."""

from mock_cpms.countries import CODES
from mock_cpms.search.finding import SearchCriteria
from mock_world import Refusal, RefusalKind, World
from mock_world.i18n import N_

SEARCH_TOO_LONG = RefusalKind(
    "search.too_long",
    message=N_("Please use at most {length} characters for “{label}”."),
    expected="at most {length} characters in {label}",
    remedy="shorten it; a part of the name is enough",
    status=422,
)
COUNTRY_UNKNOWN = RefusalKind(
    "search.country_unknown",
    message=N_("Please choose a country from the list."),
    expected="the code of a country of the European Union or of Norway, such as AT, or nothing",
    remedy="take one of " + ", ".join(CODES),
    status=422,
)
LENGTH = 200  # characters (our choice)
_SHOWN = 60  # characters of a wrong code in the journal


def wrong_search(world: World, criteria: SearchCriteria) -> list[Refusal]:
    """Everything for which nothing can be searched."""
    texts = {"network": criteria.network, "hospital": criteria.hospital}
    wrong = [
        world.refuse(SEARCH_TOO_LONG, got=f"{len(text)} characters", field=name, label=name, length=LENGTH)
        for name, text in texts.items()
        if len(text) > LENGTH
    ]
    if criteria.country not in {"", *CODES}:
        wrong.append(world.refuse(COUNTRY_UNKNOWN, got=repr(criteria.country[:_SHOWN]), field="country"))
    return wrong
