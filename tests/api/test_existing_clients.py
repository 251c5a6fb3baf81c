"""Existing clients that ask Elasticsearch themselves, by the contract's names, on the films of the real legacy file."""

import pytest
from contract_alone import ASKED, answer, make_alone
from elasticsearch import Elasticsearch


@pytest.mark.parametrize("real", [pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)], indirect=True)
def test_our_own_fields_change_no_hit_and_no_score_of_the_real_films(real):
    """After a first sync nothing is deleted in the index, and the contract's fields alone answer alike."""
    with Elasticsearch(real.elasticsearch_url) as client:
        stats = client.indices.stats(index=real.index_name)["_all"]["primaries"]["docs"]
        assert (stats["deleted"], client.count(index=real.index_name)["count"]) == (0, 999)
        alone = make_alone(client, real.index_name)
        for query in ASKED:
            ours = answer(client, real.index_name, query)
            assert ours == answer(client, alone, query), query
            assert ours[0], query
        client.indices.delete(index=alone)
