"""What invented people are called, from all over Europe, and the words of their passwords."""

FIRST_NAMES = tuple(
    """
    Adele Agata Alba Aleksander Alma Anton Arvid Astrid Bastian Beata Bernard Birgit Bruno Carla Casper Cecilia
    Ciara Clara Conor Dagmar Damian Daria Edgar Eleni Elias Elsa Emil Erik Eszter Fabian Felix Fiona Flora Franka
    Frida Gabor Gemma Georg Greta Hanna Helena Henrik Ida Ilona Ines Irena Ivan Jana Jelena Joana Jonas Julian Kaja
    Karel Katrin Klaus Laila Lars Lea Leon Linnea Livia Lorenzo Louis Lucia Luka Maeve Magnus Marek Marta Matteo
    Milena Mira Nadia Nele Niall Nikola Nina Noel Nora Olga Oscar Paola Patrik Paula Petra Pia Rafael Ragna Renata
    Roman Rosa Rufus Sandra Selma Silvia Simon Sofia Stefan Sven Tara Teresa Theo Tomas Ulrika Urban Valentin Vera
    Viktor Vilma Wanda Xenia Yara Yves Zita Zoe
    """.split()  # noqa: SIM905 - names are easier read so
)

LAST_NAMES = tuple(
    """
    Abel Adamczyk Albers Andersen Antonelli Arendt Aubert Bakker Balint Barros Bauer Becker Bellini Benes Berger
    Bianchi Blom Bonnet Borg Brandt Byrne Carvalho Castellano Chevalier Christensen Costa Czerny Dahl Dalton
    Delacroix Dimitrov Doyle Dubois Duarte Eklund Eriksen Esposito Fabbri Farkas Ferreira Fischer Fontaine Forsberg
    Fournier Gallo Garnier Georgiou Greco Gruber Haas Hansen Hartmann Heikkinen Hofmann Horvat Huber Ivanov Jansen
    Jensen Juhasz Kallio Kaminski Keane Kelemen Keller Kovac Kowalski Kraft Lambert Larsen Lehmann Lenoir Lind
    Lombardi Lopes Lukacs Magri Maier Marchetti Marques Martinek Mercier Meyer Molnar Moreau Moretti Nagy Neumann
    Nielsen Novak Nowicki Olsen Papadakis Pereira Petrov Pichler Popescu Quinn Raske Reuter Ricci Rossi Rousseau
    Sandberg Santoro Schuster Silva Sorensen Steiner Svoboda Szabo Tamm Thorne Toth Vogel Wagner Weber Winkler
    Zamora Zeman
    """.split()  # noqa: SIM905 - names are easier read so
)

WORDS = tuple(
    """
    amber anchor arbour autumn bridge candle cedar cinder clover copper coral cotton echo ember falcon feather
    fennel forest garden ginger glacier granite harbour hazel heather horizon indigo island ivory jasmine juniper
    kestrel lantern lavender linden maple marble meadow meridian mirror nutmeg orchard pebble pepper quartz ribbon
    river saffron sapphire silver sparrow summer thistle thunder timber valley velvet walnut willow winter
    """.split()  # noqa: SIM905 - names are easier read so
)
