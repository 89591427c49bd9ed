"""What a helpdesk reads about a person: the profile in words, the hospital's networks, questions and answers."""

from itertools import zip_longest

from mock_cpms.access.model import AccessRequest, Step
from mock_cpms.countries import country_name
from mock_cpms.profile.fields import FieldSpec, hospital_and_country, profile_fields
from mock_cpms.profile.rules import profile_of
from mock_cpms.search.directory import networks_of_hospital
from mock_world import World
from mock_world.i18n import N_, translations


def answers_of(world: World, request: AccessRequest, language: str) -> list[tuple[str, str]]:
    """Label and answer of each field that says something about the person, as the form has them in order."""
    profile = profile_of(world, request.uid)
    if profile is None:
        return []
    say = translations(language).ugettext
    return [
        (say(spec.label), _in_words(spec, profile.answers[spec.name], language))
        for spec in profile_fields(world, language)
        if profile.answers.get(spec.name) and not (spec.type == "tick" and spec.mandatory)
    ]


def hospital_networks(world: World, request: AccessRequest) -> tuple[str, ...] | None:
    """Codes of the networks for which the directory lists the person's hospital; None where no hospital was given.

    Raises Refusal (directory.unreadable, profile.form_unreadable).
    """
    profile = profile_of(world, request.uid)
    if profile is None:
        return None
    hospital, country = hospital_and_country(world, profile.answers)
    return networks_of_hospital(world, hospital, country) if hospital else None


def _in_words(spec: FieldSpec, answer: str, language: str) -> str:
    say = translations(language).ugettext
    if spec.type == "country":
        return country_name(answer, language)
    if spec.type == "tick":
        return say(N_("yes"))
    return say(answer) if spec.type == "select" else answer


def questions_of(request: AccessRequest) -> list[tuple[Step, Step | None]]:
    """Each question of the helpdesk with its answer, where there is one."""
    following = zip_longest(request.history, request.history[1:])
    return [
        (step, after if after and after.state == "submitted" else None)
        for step, after in following
        if step.state == "info_requested"
    ]
