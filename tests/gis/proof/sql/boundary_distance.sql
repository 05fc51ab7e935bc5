-- NBauO § 5: every wall keeps factor × height, rounded down to full 10 cm and at least 3 m, from the boundary. Between
-- commercial or industrial areas on both sides of the boundary the smaller factor holds, but not towards a neighbouring
-- parcel that lies mostly outside of such areas. The wall that comes closest to breaking the rule governs.
WITH edges AS (
    SELECT
        plan,
        row_number() OVER (PARTITION BY plan ORDER BY path) AS edge,
        geom
    FROM (SELECT plan, (ST_DumpSegments(geom)).* FROM {schema}.buildings) AS segment
), areas AS (
    SELECT s.plan, s.parcels, s.geom AS site, around.geom AS around,
        coalesce(z.geom, ST_GeomFromText('POLYGON EMPTY', {srid})) AS geom
    FROM {schema}.sites s
    CROSS JOIN LATERAL (SELECT ST_Expand(ST_Envelope(s.geom), {around_m}) AS geom) around
    CROSS JOIN LATERAL (
        SELECT ST_Union(z.geom) AS geom
        FROM {schema}.zones z
        WHERE z.zone = ANY ({zones_reduced}::text[]) AND ST_Intersects(z.geom, around.geom)
    ) z
), mostly_outside AS (
    SELECT a.plan, ST_Union(p.geom) AS geom
    FROM areas a
    JOIN {schema}.parcels p ON ST_DWithin(p.geom, a.site, 1) AND NOT p.parcel_id = ANY (a.parcels)
    CROSS JOIN LATERAL (SELECT ST_Intersection(p.geom, a.around) AS geom) near
    WHERE ST_Area(ST_Intersection(near.geom, a.geom)) < (0.5 - 1e-3) * ST_Area(near.geom)
    GROUP BY a.plan
), reduced AS (
    -- Seen {side_m} m to either side of the boundary, the area has to be there.
    SELECT a.plan, a.site, ST_Buffer(coalesce(ST_Difference(a.geom, ST_Buffer(o.geom, 1e-4)), a.geom), -{side_m}) AS geom
    FROM areas a
    LEFT JOIN mostly_outside o USING (plan)
), stretches AS (
    SELECT plan, {factor}::float8 AS factor, ST_Difference(ST_Boundary(site), geom) AS geom FROM reduced
    UNION ALL
    SELECT plan, {factor_reduced}, ST_Intersection(ST_Boundary(site), geom) FROM reduced
), walls AS (
    SELECT
        e.plan,
        ST_Distance(e.geom, x.geom) AS value,
        greatest({minimum_m}, floor(x.factor * h.height_m / {step_m} + 1e-9) * {step_m}) AS "limit"
    FROM edges e
    JOIN {schema}.buildings b USING (plan)
    JOIN stretches x USING (plan)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN cardinality(b.heights_m) = 1 THEN b.heights_m[1] ELSE b.heights_m[e.edge] END AS height_m
    ) h
    WHERE NOT ST_IsEmpty(x.geom) AND ST_Length(e.geom) > 0
), governing AS (
    SELECT DISTINCT ON (plan) plan, value, "limit" FROM walls ORDER BY plan, value - "limit", value
)
SELECT
    plan,
    value,
    "limit",
    CASE
        WHEN value - "limit" < -{tolerance_m} - 1e-9 THEN 'failed'
        WHEN value - "limit" <= {tolerance_m} + 1e-9 THEN 'borderline'
        ELSE 'passed'
    END AS verdict
FROM governing
ORDER BY plan;
