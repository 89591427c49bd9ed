"""The form of kept databases: today's models are what all migrations together make of the first one."""

from alembic.command import upgrade

from mock_world.migration import config_for
from tools.migration import FIRST, connection_to, differences


def test_the_models_are_what_the_migrations_make_of_the_first_database() -> None:
    with connection_to(FIRST) as connection:
        upgrade(config_for(connection), "heads")
        assert differences(connection) == [], 'write a migration: python -m tools.migration "What it does"'
        people = connection.exec_driver_sql("SELECT email FROM idp_account ORDER BY email").scalars().all()
    assert {"ada@hospital.example", "eva@hospital.example"} <= {*people}
