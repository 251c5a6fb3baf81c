"""An Elasticsearch index with the contract's fields alone, made beside ours of the same films, and both asked alike."""

from elasticsearch.helpers import bulk, scan

from index.mapping import CONTRACT_FIELDS, MAPPING, SETTINGS

ASKED = (
    {"match": {"title": "star wars"}},
    {"match": {"description": {"query": "princess war", "fuzziness": "AUTO"}}},
    {"multi_match": {"query": "lucas film 7", "fields": ["title^5", "description^4", "director", "actors_names^3"]}},
    {"query_string": {"query": "action drama 1977 film"}},
    {"query_string": {"query": "N//A lucas"}},
    {"nested": {"path": "actors", "query": {"match": {"actors.name": "mark lee"}}}},
    {"term": {"genre": "Drama"}},
    {"range": {"imdb_rating": {"gte": 7.5}}},
)
"""What existing clients may ask: each kind of query that the contract speaks of, with and without a field."""


def make_alone(client, index):
    """Make the index with the contract's fields alone; gives its name."""
    name, top = f"{index}-contract", {field.split(".")[0] for field in CONTRACT_FIELDS}
    properties = {field: said for field, said in MAPPING["properties"].items() if field in top}
    client.indices.create(index=name, settings=SETTINGS, mappings={"dynamic": "strict", "properties": properties})
    films = scan(client, index=index, query={"sort": ["id"]}, preserve_order=True)
    bulk(client, ({"_index": name, "_id": film["_id"], "_source": _only(top, film["_source"])} for film in films))
    client.indices.refresh(index=name)
    return name


def _only(fields, source):
    return {field: value for field, value in source.items() if field in fields}


def answer(client, index, query):
    """Give how many films match, and the first hundred with their scores."""
    order = [{"_score": "desc"}, {"id": "asc"}]
    found = client.search(index=index, query=query, size=100, sort=order, track_scores=True, track_total_hits=True)
    return found["hits"]["total"]["value"], [(hit["_id"], hit["_score"]) for hit in found["hits"]["hits"]]
