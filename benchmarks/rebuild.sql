-- The current state of all follow-ups by one set-based statement, as one would write it without a projection.
WITH
e AS (
    SELECT stream_id, stream_version AS v, position, substr(event_type, 10) AS t, body::jsonb AS b, actor_id,
        effective_at, recorded_at, metadata::jsonb @> '{"demonstration": true}' AS demonstration
    FROM events WHERE event_type LIKE 'followup.%'
),
told AS (
    SELECT stream_id, max(v) AS version, max(position) AS position, bool_or(demonstration) AS demonstration,
        max(effective_at) FILTER (WHERE t IN
            ('response_recorded', 'progress_reported', 'report_corrected', 'report_validated')) AS heard_at
    FROM e GROUP BY stream_id
),
said AS (
    SELECT DISTINCT ON (stream_id, b->>'report_id') stream_id, b->>'report_id' AS id, v, b, actor_id, recorded_at,
        min(v) OVER (PARTITION BY stream_id, b->>'report_id') AS version
    FROM e WHERE t IN ('progress_reported', 'report_corrected') ORDER BY stream_id, b->>'report_id', v DESC
),
judged AS (
    SELECT DISTINCT ON (stream_id, b->>'report_id') stream_id, b->>'report_id' AS id, v, substr(t, 8) AS verification
    FROM e WHERE t IN ('report_validated', 'report_verified', 'report_disputed')
    ORDER BY stream_id, b->>'report_id', v DESC
),
reports AS (
    SELECT stream_id, id, said.version, b->>'as_of' AS as_of, b->>'status' AS status, b->>'raw_label' AS raw_label,
        b->>'narrative' AS narrative, b->'evidence' AS evidence, actor_id, recorded_at,
        CASE WHEN judged.v > said.v THEN verification ELSE 'reported' END AS verification
    FROM said LEFT JOIN judged USING (stream_id, id)
),
lists AS (
    SELECT stream_id, jsonb_agg(jsonb_build_object(
        'id', id, 'version', version, 'status', status, 'as_of', as_of, 'verification', verification,
        'raw_label', raw_label, 'narrative', narrative, 'evidence', evidence, 'by', actor_id,
        'at', to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) ORDER BY version) AS reports
    FROM reports GROUP BY stream_id
),
standing AS (
    SELECT DISTINCT ON (stream_id) * FROM reports ORDER BY stream_id, as_of DESC, version DESC
),
counted AS (
    SELECT DISTINCT ON (stream_id) stream_id, status FROM reports WHERE verification IN ('validated', 'verified')
    ORDER BY stream_id, as_of DESC, version DESC
),
response AS (
    SELECT DISTINCT ON (stream_id) stream_id, b->>'response' AS response FROM e WHERE t = 'response_recorded'
    ORDER BY stream_id, v DESC
),
due AS (
    SELECT stream_id, (array_agg(b->>'due_on' ORDER BY v DESC))[1]::date AS due_on,
        (array_agg(b->>'due_on' ORDER BY v))[1]::date AS original_due_on
    FROM e WHERE t = 'due_moved' GROUP BY stream_id
),
decisions AS (
    SELECT stream_id, jsonb_agg(jsonb_build_object('version', v, 'meeting', b->>'meeting',
        'on', to_char(effective_at, 'YYYY-MM-DD'), 'ending', b->>'ending') ORDER BY v) AS decisions
    FROM e WHERE t IN ('closed', 'reopened') GROUP BY stream_id
),
ending AS (
    SELECT DISTINCT ON (stream_id) stream_id, t = 'closed' AS closed, b, effective_at FROM e
    WHERE t IN ('closed', 'reopened') ORDER BY stream_id, v DESC
)
SELECT split_part(substr(stream_id, 10), ':', 1) AS recommendation, split_part(stream_id, ':', 2) AS partner,
    told.version, response, s.status, coalesce(s.raw_label, '') AS raw_label, s.as_of::date AS as_of,
    coalesce(s.narrative, '') AS narrative, coalesce(s.evidence, '[]') AS evidence, s.id AS report_id, s.verification,
    counted.status AS counted_status, s.actor_id AS reported_by, s.recorded_at AS reported_at, heard_at, due_on,
    original_due_on, CASE WHEN closed THEN ending.b->>'ending' END AS ending,
    CASE WHEN closed THEN ending.b->>'meeting' END AS ended_by,
    CASE WHEN closed THEN ending.effective_at::date END AS ended_on, coalesce(reports, '[]') AS reports,
    coalesce(decisions, '[]') AS decisions, told.position, told.demonstration
FROM told
    LEFT JOIN standing s USING (stream_id) LEFT JOIN counted USING (stream_id) LEFT JOIN response USING (stream_id)
    LEFT JOIN due USING (stream_id) LEFT JOIN lists USING (stream_id) LEFT JOIN decisions USING (stream_id)
    LEFT JOIN ending USING (stream_id)
