    -- What the organisation had worked up to each message of a group.
    timed AS
    (
        SELECT *, if(place = 2,
-- worked.sql
            , 0) AS worked
        FROM
        (
            SELECT *, 3 + intDiv(wall, 86400000) AS day, wall % 86400000 AS clock
            FROM (SELECT *, at + 1000 * timezoneOffset(fromUnixTimestamp64Milli(at, {zone:String})) AS wall FROM heard)
        )
    ),
