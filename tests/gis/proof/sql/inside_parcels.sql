-- Structures have to stand on the site: how much of the building lies outside, and does any of it lie deeper outside
-- than can be measured. "Deeper than t" is what is left when the site has been widened by t on all sides.
SELECT
    b.plan,
    ST_Area(outside.geom) AS value,
    0.0::float8 AS "limit",
    CASE
        WHEN ST_Area(outside.geom) <= {rounding_m2} THEN 'passed'
        WHEN ST_Area(ST_Difference(outside.geom, ST_Buffer(s.geom, {tolerance_m}, 'quad_segs=64'))) > 0 THEN 'failed'
        ELSE 'borderline'
    END AS verdict
FROM {schema}.buildings b
JOIN {schema}.sites s USING (plan)
CROSS JOIN LATERAL (SELECT ST_Difference(b.geom, s.geom) AS geom) outside
ORDER BY b.plan;
