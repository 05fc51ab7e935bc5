-- Structures have to stand on the site: how much of the building lies outside, and does any of it lie deeper outside
-- than can be measured. "Deeper than t" is what is left when the site has been widened by t on all sides.
-- No plan names its parcels: the site is where the building stands. Where that is on several parcels by more than can be
-- measured, nothing says that they belong together, and the building proves its own site only.
WITH houses AS (
    SELECT b.plan, house.path, house.geom, s.geom AS site, s.parcels
    FROM {schema}.buildings b
    JOIN {schema}.sites s USING (plan)
    CROSS JOIN LATERAL ST_Dump(b.geom) house
    WHERE cardinality(s.parcels) > 1
), mostly AS (
    SELECT DISTINCT ON (plan, path)
        plan, path, h.geom, site, p.geom AS parcel
    FROM houses h
    JOIN {schema}.parcels p ON p.parcel_id = ANY (h.parcels)
    ORDER BY plan, path, ST_Area(ST_Intersection(h.geom, p.geom)) DESC, p.parcel_id
), crossing AS (
    SELECT
        plan,
        sum(ST_Area(ST_Difference(on_site, parcel))) AS area,
        sum(ST_Area(ST_Difference(on_site, ST_Buffer(parcel, {tolerance_m}, 'quad_segs=64')))) AS deep
    FROM mostly
    CROSS JOIN LATERAL (SELECT ST_Intersection(geom, site) AS on_site) cut
    GROUP BY plan
)
SELECT
    b.plan,
    ST_Area(outside.geom) AS value,
    0.0::float8 AS "limit",
    CASE
        WHEN ST_Area(outside.geom) > {rounding_m2}
            AND ST_Area(ST_Difference(outside.geom, ST_Buffer(s.geom, {tolerance_m}, 'quad_segs=64'))) > 0
            THEN 'failed'
        WHEN c.deep > 0 THEN 'not_assessable'
        WHEN ST_Area(outside.geom) > {rounding_m2} OR c.area > {rounding_m2} THEN 'borderline'
        ELSE 'passed'
    END AS verdict
FROM {schema}.buildings b
JOIN {schema}.sites s USING (plan)
LEFT JOIN crossing c USING (plan)
CROSS JOIN LATERAL (SELECT ST_Difference(b.geom, s.geom) AS geom) outside
ORDER BY b.plan;
