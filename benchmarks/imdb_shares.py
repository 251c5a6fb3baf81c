"""How many of what the real IMDb files hold, and what is odd in them, as data for made-up ones."""

from normalize.imdb import files

FULL_TITLES, FULL_PEOPLE = 11_000_000, 14_000_000
TYPES = {
    "tvEpisode": 8_460, "short": 1_050, "movie": 700, "video": 300, "tvSeries": 280, "tvMovie": 150,
    "tvMiniSeries": 60, "tvSpecial": 50, "videoGame": 40, "tvShort": 10,
}  # fmt: skip
GENRES = {
    "Action": 46, "Adventure": 42, "Animation": 54, "Biography": 12, "Comedy": 215, "Crime": 46, "Documentary": 105,
    "Drama": 310, "Family": 80, "Fantasy": 22, "Film-Noir": 1, "Game-Show": 40, "History": 16, "Horror": 20,
    "Music": 42, "Musical": 9, "Mystery": 24, "News": 100, "Reality-TV": 62, "Romance": 100, "Sci-Fi": 16,
    "Short": 118, "Sport": 26, "Talk-Show": 135, "Thriller": 23, "War": 4, "Western": 3,
}  # fmt: skip
GENRES_OF_A_TITLE = {0: 5, 1: 45, 2: 30, 3: 20}
ACTORS = {0: 15, 1: 7, 2: 8, 3: 8, 4: 10, 5: 8, 6: 6, 8: 10, 10: 28}
DIRECTORS = {0: 45, 1: 48, 2: 5, 3: 1.5, 5: 0.5}
WRITERS = {0: 50, 1: 25, 2: 14, 3: 7, 5: 3, 12: 1}
OTHERS = {0: 50, 1: 17, 2: 13, 3: 10, 5: 10}
OTHER_NAMES = {0: 30, 1: 30, 3: 20, 6: 10, 20: 10}
"""A number of rows of a title → how many titles of a hundred have it."""
CREDITED = 5
"""The most directors, and the most writers, that title.principals repeats from title.crew."""
CATEGORIES = {
    "actor": 30, "actress": 20, "self": 10,
    "producer": 30, "cinematographer": 14, "editor": 20, "composer": 17, "production_designer": 6,
    "casting_director": 6, "archive_footage": 5,
}  # fmt: skip
CAST_CATEGORIES = 3
"""How many of the categories, from the first on, are those of the cast."""
JOBS = (
    "producer", "written by", "screenplay", "story", "co-director", 'based on the novel "The Sea"',
    "director of photography",
)  # fmt: skip
REGIONS = ("US", "GB", "DE", "FR", "RU", "JP", "BR", "XWW", files.NOTHING)
LANGUAGES = ("en", "de", "ru", "ja", files.NOTHING, files.NOTHING, files.NOTHING)
AKA_TYPES = ("imdbDisplay", "dvd", "working", "original", files.NOTHING, files.NOTHING, files.NOTHING)
PROFESSIONS = ("actor", "actress", "writer,director", "producer", "editor", "actor,writer,producer", files.NOTHING)
RATED, ADULT, NO_YEAR, NO_RUNTIME, ANOTHER_ORIGINAL = 0.14, 0.03, 0.12, 0.65, 0.1
BORN, DIED, SAME_PERSON_AGAIN = 0.05, 0.02, 0.005
CHANGED = 0.01
"""The share of titles in each file, and of people, that have changed a day later."""
WORDS = """
And At Away Brother By Captain City Daughter Door Far Film Finds First For From Galaxy He Her His Home House In Into Is
Island Last Leaves Life Light Long Lost Man Moon Mother Must Near Never Night Of Old On One Over River Road Sea Secret
She Ship Sister Snow Son Song Star Stone Storm Summer The Time Tower Train Turns Two Under Until Voice War Water When
Who Winter Without Woman World Year Young Été Größe Señor Любовь Дом Война Снег Москва
""".split()  # noqa: SIM905 - words are easier to read as a text than as a list
FIRST = """
Ada Amos Ann Ben Björn Carl Clara Dan Dora Ed Ella Émile Eva Fay Finn Frank Gus Hal Ida Ike Ivy Jack Jane José Kai Kate
Lea Leo Liv Lou Mae Max Mia Ned Nell Nora Otto Pia Quin Ray Rob Rosa Sam Sue Ted Tom Una Val Vera Zoë
""".split()  # noqa: SIM905 - words are easier to read as a text than as a list
SYLLABLES = tuple(c + v for c in "bdfghklmnprstvz" for v in "aeiou")
ODD_TITLES = ("NA", "None", "nan", "null", "N/A", '"Quoted"', 'An Open "Quote', "'Tis", "#1", " Spaces ", "-")
TITLE_ODDITIES = {
    "odd title": 1000, "no title": 10, "tab in the title": 5, "title twice": 10, "year 3021": 5,
    "year is no number": 2, "runtime is no number": 5, "adult is \\N": 5, "unknown person": 300, "rating of 11": 1,
    "crew of 511": 0.1, "too few fields": 1,
}  # fmt: skip
"""What is odd about a title → how many of a million titles have it; at least one has."""
PEOPLE_ODDITIES = {"no name": 10, "person twice": 5, "odd name": 20}
"""The same of people."""
LONG_CREW = 511
POOL = 4096
"""How many different lists of genres, names of parts and the like there are."""
