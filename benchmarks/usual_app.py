"""The peer of the catalogue: its contract as it is usually written, with Flask-SQLAlchemy.

Films are objects, genres are loaded when they are looked at, a page is found by its number. It reads the same store.
"""

import os

from flask import Flask, Response, jsonify, request
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

film_genres = db.Table(
    "movie_genres",
    db.Column("movie_id", db.BigInteger, db.ForeignKey("movies.id"), primary_key=True),
    db.Column("genre_id", db.BigInteger, db.ForeignKey("genres.id"), primary_key=True),
)


class Genre(db.Model):  # type: ignore[name-defined]
    """A genre."""

    __tablename__ = "genres"
    id = db.Column(db.BigInteger, primary_key=True)
    name = db.Column(db.Text)


class Movie(db.Model):  # type: ignore[name-defined]
    """A film."""

    __tablename__ = "movies"
    id = db.Column(db.BigInteger, primary_key=True)
    imdb_id = db.Column(db.Text)
    public_id = db.Column(db.Text)
    title = db.Column(db.Text)
    title_key = db.Column(db.Text)
    year = db.Column(db.Integer)
    imdb_rating = db.Column(db.Numeric(3, 1, asdecimal=False))
    runtime_minutes = db.Column(db.Integer)
    genres = db.relationship(Genre, secondary=film_genres)

    def shown(self) -> dict[str, object]:
        """Give what the contract shows."""
        return {
            "id": self.public_id,
            "title": self.title,
            "genres": [{"name": genre.name} for genre in self.genres],
            "year": self.year,
            "rating": self.imdb_rating,
            "runtime": self.runtime_minutes,
            "imdb_link": self.imdb_id and f"https://www.imdb.com/title/{self.imdb_id}/",
        }


SORTED = {"title": Movie.title_key, "year": Movie.year, "rating": Movie.imdb_rating}
"""Each has an index; to sort by the title itself would be a hundred times slower still."""


def create_app() -> Flask:
    """Make the application."""
    app = Flask("usual", static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)
    app.add_url_rule("/movies", "movies", _movies)
    return app


def _movies() -> Response:
    asked = request.args
    key = SORTED[asked.get("sort", "title")]
    films = db.select(Movie).order_by(key.desc().nulls_last() if asked.get("desc") else key)
    if "genre" in asked:
        films = films.join(Movie.genres).where(Genre.name == asked["genre"])
    size, page = asked.get("page_size", 10, int), asked.get("page", 1, int)
    found = db.session.scalars(films.limit(size).offset((page - 1) * size))
    return jsonify([film.shown() for film in found])
