"""Signing out of EU Login."""

from mock_idp.cas import single_logout
from mock_idp.oidc import back_channel_logout
from mock_idp.signin.sessions import SignedIn, end_session
from mock_world import World


def sign_out(world: World, signed_in: SignedIn) -> None:
    """End a session that its person ends, in this browser; applications that asked for it are notified."""
    with world.database.session():
        end_session(world, signed_in)
        back_channel_logout.announce(world, signed_in.session.sid)
        single_logout.announce(world, signed_in.session.sid)
