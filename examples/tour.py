"""Print what a newcomer can try: the settings in, a few addresses and commands out."""

from normalize.settings import Settings

TOUR = """
Kinobase is served at {url} (Ctrl+C ends it). Try:
  {url}/docs      every request, with a button to try it
  {url}/reports/  what was changed or refused on the way in, row by row
  curl '{url}/api/v1/video/collection?limit=5&sort=imdb_rating&sort_order=desc'
  curl -G --data-urlencode 'search=звездная война' {url}/api/v1/video/collection
  curl '{url}/api/v1/video/collection?search=camps'
"""


def main() -> None:
    """Print the tour for the host and the port that the API will listen on."""
    settings = Settings.read()
    print(TOUR.format(url=f"http://{settings.host}:{settings.port}"), flush=True)  # noqa: T201 - its only output


if __name__ == "__main__":
    main()
