"""All that is said to the graph in its own language.

(:Camera {camera_id})-[:CAPTURED]->(:Event {event_id})-[:NEXT]->(:Event), NEXT in order of (start_time,
event_id) among the events of one camera. Times are DATETIMEs in UTC. An event with an embedding of 384
numbers has the label Embedding384 as well, for an index that takes one length only.
"""

from collections.abc import Sequence

# -- what the graph is prepared with: each does nothing where it is done ------------------------------

SCHEMA: Sequence[str] = (
    "CREATE CONSTRAINT camera_of_id IF NOT EXISTS FOR (c:Camera) REQUIRE c.camera_id IS UNIQUE",
    "CREATE CONSTRAINT event_of_id IF NOT EXISTS FOR (e:Event) REQUIRE e.event_id IS UNIQUE",
    "CREATE INDEX event_of_camera IF NOT EXISTS FOR (e:Event) ON (e.camera_id, e.start_time)",
    "CREATE INDEX event_of_time IF NOT EXISTS FOR (e:Event) ON (e.start_time)",
    # `tokens`: camera and time as words, so that a question about a day looks at that day alone.
    """
    CREATE FULLTEXT INDEX event_text IF NOT EXISTS FOR (e:Event) ON EACH [e.caption, e.variants, e.tokens]
    OPTIONS {indexConfig: {`fulltext.analyzer`: 'english', `fulltext.eventually_consistent`: false}}
    """,
)
AWAIT_SCHEMA = "CALL db.awaitIndexes($seconds)"


def vector_index(length: int) -> str:
    """The index of embeddings of `length` numbers. Names take no parameters."""
    return f"""
    CREATE VECTOR INDEX {vector_index_name(length)} IF NOT EXISTS
    FOR (e:{embedding_label(length)}) ON (e.embedding)
    OPTIONS {{indexConfig: {{
      `vector.dimensions`: {length:d}, `vector.similarity_function`: 'cosine'
    }}}}
    """


def vector_index_name(length: int) -> str:
    return f"event_embedding_{length:d}"


def embedding_label(length: int) -> str:
    """What events with an embedding of that length are called beside Event."""
    return f"Embedding{length:d}"


CHECK = "RETURN 1"

# -- one camera's events, written ---------------------------------------------------------------------

# Whoever writes a property has the node to itself until the transaction ends: two that write events of one
# camera come one after the other, and both see what was there before.
LOCK_CAMERA = """
MERGE (c:Camera {camera_id: $camera_id})
SET c.camera_id = $camera_id
"""

CAMERA_RECORD = """
MATCH (c:Camera {camera_id: $camera_id})
OPTIONAL MATCH (open:Event {event_id: c.open_event_id})
RETURN properties(c) AS camera, properties(open) AS open
"""

# No event of the camera is longer than `longest_ms`: what began before that does not reach into the time.
EVENTS_OVERLAPPING = """
MATCH (c:Camera {camera_id: $camera_id})
WITH datetime({epochMillis: $from_ms - coalesce(c.longest_ms, 0)}) AS earliest,
     datetime({epochMillis: $from_ms}) AS from_time, datetime({epochMillis: $to_ms}) AS to_time
MATCH (e:Event)
WHERE e.camera_id = $camera_id AND e.start_time >= earliest AND e.start_time <= to_time
  AND e.end_time >= from_time
RETURN properties(e) AS event
ORDER BY e.start_time, e.event_id
"""

TAKEN = """
UNWIND $event_ids AS event_id
MATCH (e:Event {event_id: event_id})
RETURN e.event_id AS event_id
"""

# The last event of the camera's chain.
NEWEST_EVENT = """
MATCH (e:Event)
WHERE e.camera_id = $camera_id AND e.start_time IS NOT NULL
RETURN e.event_id AS event_id, e.start_time.epochMillis AS start_ms
ORDER BY e.camera_id DESC, e.start_time DESC, e.event_id DESC
LIMIT 1
"""

WRITE_EVENTS = """
MATCH (c:Camera {camera_id: $camera_id})
UNWIND $events AS row
MERGE (e:Event {event_id: row.event_id})
SET e.camera_id = $camera_id, e.caption = row.caption, e.variants = row.variants,
    e.start_time = datetime({epochMillis: row.start_ms}), e.end_time = datetime({epochMillis: row.end_ms}),
    e.duration_seconds = row.duration_seconds, e.frame_count = row.frame_count, e.brief = row.brief,
    e.model = row.model, e.frame = row.frame, e.frame_ms = row.frame_ms,
    e.frame_variants = row.frame_variants, e.tokens = row.tokens
MERGE (c)-[:CAPTURED]->(e)
"""


def write_embeddings(length: int) -> str:
    """Embeddings of events that are there. Labels take no parameters."""
    return f"""
    UNWIND $embeddings AS row
    MATCH (e:Event {{event_id: row.event_id}})
    SET e:{embedding_label(length)}
    WITH e, row
    CALL db.create.setNodeVectorProperty(e, 'embedding', row.embedding)
    """


# Pairs of events that follow each other, behind all that were there.
CHAIN = """
UNWIND $pairs AS pair
MATCH (before:Event {event_id: pair[0]}), (behind:Event {event_id: pair[1]})
MERGE (before)-[:NEXT]->(behind)
"""

# Events between others, in order of time. Each comes between the two of its camera that are next to it, which
# may be linked with each other, or with others: the next one may be of the same batch and not linked yet.
# The camera is in the order so that the index is followed from there on, and nothing is sorted.
SPLICE = """
UNWIND $event_ids AS event_id
CALL (event_id) {
  MATCH (e:Event {event_id: event_id})
  OPTIONAL CALL (e) {
    MATCH (x:Event)
    WHERE x.camera_id = $camera_id AND x.start_time <= e.start_time
      AND (x.start_time < e.start_time OR x.event_id < e.event_id)
    RETURN x AS earlier ORDER BY x.camera_id DESC, x.start_time DESC, x.event_id DESC LIMIT 1
  }
  OPTIONAL CALL (e) {
    MATCH (x:Event)
    WHERE x.camera_id = $camera_id AND x.start_time >= e.start_time
      AND (x.start_time > e.start_time OR x.event_id > e.event_id)
    RETURN x AS later ORDER BY x.camera_id, x.start_time, x.event_id LIMIT 1
  }
  OPTIONAL MATCH (earlier)-[over:NEXT]->(beyond) WHERE beyond <> e
  OPTIONAL MATCH (beneath)-[under:NEXT]->(later) WHERE beneath <> e
  DELETE over, under
  FOREACH (one IN CASE WHEN earlier IS NULL THEN [] ELSE [earlier] END | MERGE (one)-[:NEXT]->(e))
  FOREACH (one IN CASE WHEN later IS NULL THEN [] ELSE [later] END | MERGE (e)-[:NEXT]->(one))
}
"""

WRITE_CAMERA = """
MATCH (c:Camera {camera_id: $camera_id})
SET c.journal = $journal, c.journal_position = $position, c.open_event_id = $open_event_id,
    c.last_ms = $last_ms, c.last_text = $last_text,
    c.longest_ms = CASE WHEN c.longest_ms > $longest_ms THEN c.longest_ms ELSE $longest_ms END
REMOVE c.last_embedding
"""

WRITE_LAST_EMBEDDING = """
MATCH (c:Camera {camera_id: $camera_id})
CALL db.create.setNodeVectorProperty(c, 'last_embedding', $embedding)
"""

# -- events counted and deleted -----------------------------------------------------------------------

# All events are counted by the graph itself: nothing is looked through.
EVENT_COUNT = "MATCH (e:Event) RETURN count(e) AS events"

# So is what one node is linked with.
EVENT_COUNTS = """
UNWIND $camera_ids AS camera_id
MATCH (c:Camera {camera_id: camera_id})
RETURN camera_id, COUNT { (c)-[:CAPTURED]->() } AS events
"""

ENDED_COUNT = """
MATCH (e:Event)
WHERE e.camera_id = $camera_id AND e.start_time < datetime({epochMillis: $before_ms})
  AND e.end_time < datetime({epochMillis: $before_ms})
RETURN count(e) AS events
"""

OLDEST_EVENTS = """
MATCH (e:Event)
WHERE e.camera_id = $camera_id AND e.start_time < datetime({epochMillis: $older_than_ms})
RETURN e.event_id AS event_id, e.end_time.epochMillis AS end_ms
ORDER BY e.camera_id, e.start_time, e.event_id
LIMIT $limit
"""

DELETE_EVENTS = """
UNWIND $event_ids AS event_id
MATCH (e:Event {event_id: event_id})
DETACH DELETE e
"""

# How far its journal is merged is forgotten, too.
FORGET_CAMERA = """
MATCH (c:Camera {camera_id: $camera_id})
WHERE NOT EXISTS { (c)-[:CAPTURED]->() }
DELETE c
"""

CAMERAS = "MATCH (c:Camera) RETURN c.camera_id AS camera_id ORDER BY camera_id"
