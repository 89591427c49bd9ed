"""Phones alone: `python -m mock_phone`. They reach EU Login at the address in its QR codes."""

import click

from mock_phone.app import create_app
from mock_world.standalone import port_option, serve_standalone


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@port_option("phone", "the phones'")
def main(port: int) -> None:
    """Phones with the EU Login app, without EU Login, CPMS and desk. Stops on Ctrl-C.

    They have a world and a clock of their own, and reach EU Login at the address in the QR code that they scan.
    Settings stand in the environment (EULOGIN_ONE_TIME_CODE).
    """
    serve_standalone(
        "phone",
        create_app(),
        port=port,
        ready=lambda site: f"Phones are ready at {site.listeners['phone']}/\nCtrl-C stops them.",
    )


if __name__ == "__main__":
    main(prog_name="python -m mock_phone")
