"""All settings of a process: those that each actor declares, then those that several share."""

from mock_cpms import settings as of_cpms
from mock_idp.common import settings as of_eu_login
from mock_phone import settings as of_the_phone
from mock_world import settings as shared
from mock_world.settings import Setting, from_environment, known, parse_all, variable

__all__ = ["TABLE", "Setting", "from_environment", "known", "parse_all", "variable"]

_MODULES = (of_eu_login, of_the_phone, of_cpms)
_OWN = {value.name: value for module in _MODULES for value in vars(module).values() if isinstance(value, Setting)}
TABLE = _OWN | shared.TABLE  # in the order in which people read them
