-- The site of every building: the parcels that carry more than {least_share_m2} m² of it, united.
-- Parcels of one site that lie up to {gap_m} m apart in the cadastre touch on the ground: the gap between them is closed.
CREATE TABLE {schema}.sites AS
WITH carrying AS (
    SELECT b.plan, p.parcel_id, p.official_m2, p.geom
    FROM {schema}.buildings b
    JOIN {schema}.parcels p ON ST_Intersects(b.geom, p.geom)
    WHERE ST_Area(ST_Intersection(b.geom, p.geom)) > {least_share_m2}
), united AS (
    SELECT
        plan,
        array_agg(parcel_id ORDER BY parcel_id) AS parcels,
        ST_Union(geom) AS geom,
        sum(coalesce(official_m2, ST_Area(geom))) AS area_m2
    FROM carrying
    GROUP BY plan
), overlapping AS (
    -- Ground that two parcels claim counts once, by its own area.
    SELECT DISTINCT a.plan
    FROM carrying a
    JOIN carrying b ON a.plan = b.plan AND a.parcel_id < b.parcel_id AND ST_Intersects(a.geom, b.geom)
    WHERE ST_Area(ST_Buffer(ST_Intersection(a.geom, b.geom), -{gap_m}, 'join=mitre')) > {least_share_m2}
)
SELECT
    plan,
    parcels,
    CASE
        WHEN cardinality(parcels) = 1 THEN geom
        ELSE ST_Buffer(ST_Buffer(geom, {gap_m} / 2, 'join=mitre'), -{gap_m} / 2, 'join=mitre')
    END AS geom,
    CASE WHEN o.plan IS NULL THEN area_m2 ELSE ST_Area(geom) END AS area_m2,
    o.plan IS NOT NULL AS overlaps
FROM united
LEFT JOIN overlapping o USING (plan);
