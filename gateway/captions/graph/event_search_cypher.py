"""What the graph is asked of its events: all that is said to it in its own language, by those who search.

Parameters that narrow are always given: times as UTC ms, `brief` null for either kind, `camera_ids` null for
all. So the graph plans a handful of statements once, whatever is asked.
"""

from gateway.captions.graph.event_query import MOST_NEIGHBOURS

# As `graph_event.graph_event` reads it.
_EVENT = """{
  .event_id, .camera_id, .caption, .variants, .duration_seconds, .frame_count, .brief, .model, .frame,
  start_ms: e.start_time.epochMillis, end_ms: e.end_time.epochMillis
}"""
_TOUCHES = """e.start_time < datetime({epochMillis: $to_ms})
  AND e.end_time >= datetime({epochMillis: $from_ms})
  AND ($brief IS NULL OR e.brief = $brief)"""
# Behind the cursor, an event or only a time: ids are never empty.
_BEFORE_CURSOR = """e.start_time >= datetime({epochMillis: $low_ms})
  AND e.start_time <= datetime({epochMillis: $high_ms})
  AND (e.start_time < datetime({epochMillis: $high_ms}) OR e.event_id < $cursor_id)"""
_BEHIND_CURSOR = """e.start_time >= datetime({epochMillis: $low_ms})
  AND e.start_time < datetime({epochMillis: $high_ms})
  AND (e.start_time > datetime({epochMillis: $low_ms}) OR e.event_id > $cursor_id)"""
_NEWEST = "ORDER BY e.start_time DESC, e.event_id DESC"
_OLDEST = "ORDER BY e.start_time, e.event_id"

# -- in order of time: the index on start_time, or that on (camera_id, start_time), gives the order ---------


def _of_time(cursor: str, order: str) -> str:
    return f"MATCH (e:Event) WHERE {cursor} AND {_TOUCHES} RETURN e {_EVENT} AS event {order} LIMIT $limit"


def _of_cameras(cursor: str, order: str) -> str:
    """So many of each camera, and of these the first: what cameras see at the same time is read together."""
    camera_first = order.replace("ORDER BY", f"ORDER BY e.camera_id{' DESC' if 'DESC' in order else ''},")
    return f"""
    UNWIND $camera_ids AS camera_id
    CALL (camera_id) {{
      MATCH (e:Event) WHERE e.camera_id = camera_id AND {cursor} AND {_TOUCHES}
      RETURN e {camera_first} LIMIT $limit
    }}
    WITH e {order} LIMIT $limit
    RETURN e {_EVENT} AS event {order}
    """


NEWEST_OF_ALL = _of_time(_BEFORE_CURSOR, _NEWEST)
OLDEST_OF_ALL = _of_time(_BEHIND_CURSOR, _OLDEST)
NEWEST_OF_CAMERAS = _of_cameras(_BEFORE_CURSOR, _NEWEST)
OLDEST_OF_CAMERAS = _of_cameras(_BEHIND_CURSOR, _OLDEST)

# How long the longest event was: so long before a time may one have begun that reaches into it.
LONGEST_OF_ALL = "MATCH (c:Camera) RETURN max(c.longest_ms) AS longest_ms"
LONGEST_OF_CAMERAS = """
MATCH (c:Camera) WHERE c.camera_id IN $camera_ids
RETURN max(c.longest_ms) AS longest_ms
"""

# When the first and the last event began; no row where there is none.
BOUNDS = """
CALL () {
  MATCH (e:Event) WHERE e.start_time IS NOT NULL
  RETURN e.start_time.epochMillis AS first_ms ORDER BY e.start_time LIMIT 1
}
CALL () {
  MATCH (e:Event) WHERE e.start_time IS NOT NULL
  RETURN e.start_time.epochMillis AS last_ms ORDER BY e.start_time DESC LIMIT 1
}
RETURN first_ms, last_ms
"""

# -- by words: the full-text index gives what matches best first, `most` of it -----------------------------

_MATCHING = "CALL db.index.fulltext.queryNodes('event_text', $text, {limit: $most}) YIELD node AS e, score"
_AMONG = "($camera_ids IS NULL OR e.camera_id IN $camera_ids)"

# Nothing is looked up for this: it costs a fraction of reading them.
COUNT_MATCHING = f"{_MATCHING} RETURN count(e) AS hits"


def _matching_in_time(cursor: str, order: str) -> str:
    return f"""
    {_MATCHING}
    WITH e WHERE {cursor} AND {_TOUCHES} AND {_AMONG}
    WITH e {order} LIMIT $limit
    RETURN e {_EVENT} AS event {order}
    """


NEWEST_MATCHING = _matching_in_time(_BEFORE_CURSOR, _NEWEST)
OLDEST_MATCHING = _matching_in_time(_BEHIND_CURSOR, _OLDEST)
BEST_MATCHING = f"""
{_MATCHING}
WITH e, score WHERE {_TOUCHES} AND {_AMONG}
RETURN e {_EVENT} AS event, score ORDER BY score DESC, e.start_time DESC, e.event_id DESC
"""
TIMES_MATCHING = f"""
{_MATCHING}
WITH e WHERE {_TOUCHES} AND {_AMONG}
WITH e.camera_id AS camera_id, e.start_time.epochMillis AS start_ms, e.end_time.epochMillis AS end_ms
RETURN camera_id, collect(start_ms) AS starts_ms, collect(end_ms) AS ends_ms
"""

# -- by likeness -------------------------------------------------------------------------------------------

EMBEDDING_LENGTH = """
MATCH (e:Event {event_id: $event_id})
RETURN e.camera_id AS camera_id, size(e.embedding) AS length
"""
MOST_SIMILAR = f"""
MATCH (of:Event {{event_id: $event_id}})
CALL db.index.vector.queryNodes($index, $most, of.embedding) YIELD node AS e, score
WITH of, e, score WHERE e <> of AND {_TOUCHES} AND {_AMONG}
RETURN e {_EVENT} AS event, score ORDER BY score DESC, e.start_time DESC, e.event_id DESC
"""
# Of few every one is compared, in the way that the index does it.
SIMILAR_OF_CAMERAS = f"""
MATCH (of:Event {{event_id: $event_id}})
UNWIND $camera_ids AS camera_id
CALL (camera_id) {{
  MATCH (e:Event)
  WHERE e.camera_id = camera_id AND e.start_time >= datetime({{epochMillis: $low_ms}}) AND {_TOUCHES}
  RETURN e
}}
WITH of, e WHERE e <> of AND size(e.embedding) = size(of.embedding)
RETURN e {_EVENT} AS event, vector.similarity.cosine(e.embedding, of.embedding) AS score
ORDER BY score DESC, e.start_time DESC, e.event_id DESC LIMIT $limit
"""
SIMILAR_OF_ALL = f"""
MATCH (of:Event {{event_id: $event_id}})
MATCH (e:Event)
WHERE e.start_time >= datetime({{epochMillis: $low_ms}}) AND {_TOUCHES}
  AND e <> of AND size(e.embedding) = size(of.embedding)
RETURN e {_EVENT} AS event, vector.similarity.cosine(e.embedding, of.embedding) AS score
ORDER BY score DESC, e.start_time DESC, e.event_id DESC LIMIT $limit
"""
COUNT_OF_CAMERAS = f"""
UNWIND $camera_ids AS camera_id
CALL (camera_id) {{
  MATCH (e:Event)
  WHERE e.camera_id = camera_id AND e.start_time >= datetime({{epochMillis: $low_ms}}) AND {_TOUCHES}
  RETURN e LIMIT $most
}}
WITH e LIMIT $most
RETURN count(e) AS hits
"""
COUNT_OF_ALL = f"""
MATCH (e:Event) WHERE e.start_time >= datetime({{epochMillis: $low_ms}}) AND {_TOUCHES}
WITH e LIMIT $most
RETURN count(e) AS hits
"""

# -- one event, and its chain ------------------------------------------------------------------------------

EVENT = f"""
MATCH (e:Event {{event_id: $event_id}})
RETURN e {_EVENT} AS event, e.frame_ms AS frame_ms, e.frame_variants AS frame_variants,
  e.embedding IS NOT NULL AS has_embedding
"""


# Of the longest chain that is asked for so many are shown.
CHAIN = f"""
MATCH (of:Event {{event_id: $event_id}})
CALL (of) {{
  MATCH (e:Event)-[:NEXT*1..{MOST_NEIGHBOURS:d}]->(of)
  WITH DISTINCT e {_NEWEST} LIMIT $before
  RETURN collect(e {_EVENT}) AS before
}}
CALL (of) {{
  MATCH (of)-[:NEXT*1..{MOST_NEIGHBOURS:d}]->(e:Event)
  WITH DISTINCT e {_OLDEST} LIMIT $behind
  RETURN collect(e {_EVENT}) AS behind
}}
RETURN of.camera_id AS camera_id, before, behind
"""
