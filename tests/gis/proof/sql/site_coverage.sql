-- BauNVO § 19: footprint ÷ area of the site in the zone, per zone; the site's official area counts in proportion. What
-- stands where no zone is known, or off the site by more than can be measured, cannot be judged. Nor can a site
-- whose parcels overlap, or whose official area and map differ by more than the survey permits where the two lead to different answers. Too much built
-- is too much all the same.
-- One building without ancillary structures: GRZ I and II are the same, and the limit of GRZ II is never the smaller one.
WITH zoned AS (
    -- Zones of one kind with one GRZ are one zone.
    SELECT s.plan, z.zone, z.grz, ST_Union(ST_Intersection(s.geom, z.geom)) AS geom
    FROM {schema}.sites s
    JOIN {schema}.zones z ON ST_Intersects(s.geom, z.geom)
    WHERE ST_Area(ST_Intersection(ST_Buffer(s.geom, -{zone_reach_m}, 'join=mitre'), z.geom)) > {zone_area_m2}
    GROUP BY s.plan, z.zone, z.grz
), unzoned AS (
    -- What no zone covers is no building land (§ 19 Abs. 3); a strip along one zone is inaccuracy of the drawing.
    SELECT
        plan,
        count(*) = 1
            AND ST_Area(ST_Buffer(ST_Difference(s.geom, ST_Union(z.geom)), -{zone_reach_m}, 'join=mitre'))
                <= {zone_area_m2} AS is_strip
    FROM zoned z JOIN {schema}.sites s USING (plan)
    GROUP BY plan, s.geom
), figures AS (
    SELECT
        plan,
        z.grz AS "limit",
        ST_Area(ST_Intersection(b.geom, ground.geom)) / (ST_Area(ground.geom) * s.area_m2 / ST_Area(s.geom)) AS value,
        ST_Area(ST_Intersection(b.geom, ground.geom)) / ST_Area(ground.geom) AS value_by_map
    FROM zoned z
    JOIN unzoned u USING (plan)
    JOIN {schema}.sites s USING (plan)
    JOIN {schema}.buildings b USING (plan)
    CROSS JOIN LATERAL (SELECT CASE WHEN u.is_strip THEN s.geom ELSE z.geom END AS geom) ground
), verdicts AS (
    SELECT
        plan,
        value,
        "limit",
        CASE
            WHEN abs(value - "limit") < {tolerance} THEN 'borderline'
            WHEN value > "limit" THEN 'failed'
            ELSE 'passed'
        END AS verdict,
        CASE
            WHEN abs(value_by_map - "limit") < {tolerance} THEN 'borderline'
            WHEN value_by_map > "limit" THEN 'failed'
            ELSE 'passed'
        END AS verdict_by_map
    FROM figures
), answers AS (
    -- The site fails where one zone fails.
    SELECT
        plan,
        CASE
            WHEN bool_or(verdict = 'failed') THEN 'failed'
            WHEN bool_or(verdict = 'borderline') THEN 'borderline'
            ELSE 'passed'
        END AS verdict,
        CASE
            WHEN bool_or(verdict_by_map = 'failed') THEN 'failed'
            WHEN bool_or(verdict_by_map = 'borderline') THEN 'borderline'
            ELSE 'passed'
        END AS verdict_by_map
    FROM verdicts
    GROUP BY plan
)
SELECT DISTINCT ON (plan)
    plan,
    value,
    "limit",
    CASE
        WHEN abs(s.area_m2 - ST_Area(s.geom))
                > {root_factor} * sqrt(s.area_m2) + {area_share} * s.area_m2 + {area_rounding_m2}
            AND a.verdict <> a.verdict_by_map THEN 'not_assessable'
        WHEN a.verdict = 'failed' THEN 'failed'
        WHEN s.overlaps OR beyond.area > {zone_area_m2} THEN 'not_assessable'
        WHEN ST_Area(ST_Difference(b.geom, ST_Buffer(s.geom, {tolerance_m}, 'quad_segs=64'))) > 0 THEN 'not_assessable'
        ELSE a.verdict
    END AS verdict
FROM verdicts
JOIN answers a USING (plan)
JOIN {schema}.sites s USING (plan)
JOIN {schema}.buildings b USING (plan)
CROSS JOIN LATERAL (
    SELECT ST_Area(ST_Buffer(ST_Difference(ST_Intersection(b.geom, s.geom), ST_Union(o.geom)), -{zone_reach_m})) AS area
    FROM zoned o WHERE o.plan = s.plan
) beyond
ORDER BY plan, "limit" - value;
