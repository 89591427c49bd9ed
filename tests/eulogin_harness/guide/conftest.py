"""A small guide in French, and what formats work with."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from PIL import Image, ImageDraw

from eulogin_harness.guide import building
from eulogin_harness.guide.formats import Tools
from eulogin_harness.guide_text.content import Chapter, Content, Entry, Picture, Run, Step, Words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WORDS = Words(
    contents="Sommaire",
    chapter="Chapitre {number}",
    step="Étape {number}",
    note="Remarque",
    search="Rechercher dans ce guide",
    nothing_found="Aucune étape ne contient ces mots.",
    needs="Ce qu'il vous faut",
    troubles="En cas de problème",
    glossary="Les mots employés",
    contact="Questions",
    imprint="À propos de ce guide",
    version="Version 1.0",
    back_to_contents="Retour au sommaire",
    page="Page {number} sur {pages}",
)
PHONE, CARD, PAGE = (410, 865), (540, 300), (936, 600)  # CSS pixels


def drawn(folder: Path, name: str, size: tuple[int, int], *, dark: bool = False) -> Path:
    """A picture of a screen that says its name: two pixels for a CSS pixel."""
    image = Image.new("RGB", (2 * size[0], 2 * size[1]), "#12181f" if dark else "#eef3f5")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((40, 40, 2 * size[0] - 40, 2 * size[1] - 40), 24, outline="#0f5c6e", width=4)
    draw.text((80, 80), name, fill="#ffffff" if dark else "#16242c", font_size=40)
    file = folder / f"{name}.png"
    image.save(file)
    return file


def picture(folder: Path, name: str, size: tuple[int, int]) -> Picture:
    return Picture(name, drawn(folder, name, size), *size, alt=f"L'écran « {name} »")


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """Two chapters; the second has eleven steps, of which the first has a picture for dark screens too."""
    folder = tmp_path_factory.mktemp("drawn")
    drawn(folder, "app.open.dark", PHONE, dark=True)
    sizes = {"app.open": PHONE, "app.scan": PHONE, "app.pin": CARD, "app.ready": PAGE, "app.long": (300, 2000)}
    pictures = [picture(folder, name, size) for name, size in sizes.items()]
    steps = [Step(each.name, 0, (Run("Ouvrez l'écran : "), Run(each.name, bold=True)), (), each) for each in pictures]
    steps += [Step(f"app.text-{count}", 0, (Run(f"Faites ceci, pour la {count}ᵉ fois."),)) for count in range(6)]
    account = Step(
        "account.register",
        1,
        (
            Run("Allez sur "),
            Run("eu.example", address="https://eu.example/a_(b)"),
            Run(", puis «\u00a0"),
            Run("Créer un compte (1)", bold=True),
            Run("\u00a0»."),
        ),
        note=(Run("2 * 3 < 7 & [pas] de `code`"),),
        picture=picture(folder, "account.register", CARD),
    )
    return Content(
        name="petit-guide",
        language="fr",
        title="Accéder à CPMS\u00a02.0",
        subtitle="Pour les médecins du réseau",
        day=date(2026, 12, 1),
        date_text="1er décembre 2026",
        version="1.0",
        introduction=((Run("Deux choses sont nécessaires\u00a0: un compte et un accès."),),),
        needs=((Run("un téléphone"),), (Run("+ dix minutes"),)),
        chapters=(
            Chapter("account", 1, "Créer un compte", ((Run("1. n'est pas une liste."),),), (account,)),
            Chapter(
                "app",
                2,
                "L'application, écran par écran",
                (),
                tuple(replace(step, number=number) for number, step in enumerate(steps, 1)),
            ),
        ),
        troubles=(Entry("Le message n'arrive pas", (Run("Attendez "), Run("cinq minutes", bold=True), Run("."))),),
        glossary=(Entry("Code QR", (Run("Un motif carré."),)),),
        contact=((Run("assistance@reseau.example", address="mailto:assistance@reseau.example"),),),
        imprint=(Run("Les images montrent une maquette."),),
        words=WORDS,
        network="Réseau d'essai",
    )


@pytest.fixture
def tools() -> Tools:
    """For formats that only name the browser."""
    named = SimpleNamespace(browser_type=SimpleNamespace(name="chromium"), version="156.0")
    return Tools(lambda: cast("Browser", named))


@pytest.fixture
def browser_tools(browser: "Browser") -> Tools:
    """For formats that draw with it."""
    return Tools(lambda: browser)


@pytest.fixture(scope="module")
def same_walkers() -> Iterator[None]:
    """The commands of a file walk and write in the same processes, each of which starts mock and browser once."""
    with building.worker_pool() as pool, pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def same() -> Iterator[ProcessPoolExecutor]:
            yield pool

        patch.setattr(building, "worker_pool", same)
        yield
