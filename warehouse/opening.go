package warehouse

const (
	second = 1
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// GapEdges are the lower ends, in seconds, of bins 1 to 63 of opening_day, reach_day and
// gap_day. Bin 0 is what is shorter; the last bin ends with the follow-up, 28 days. What
// people ask for, such as 15 minutes, 4 hours and a day, is an edge, and one edge is about a
// quarter above the other.
var GapEdges = []uint32{
	1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50,
	1 * minute, 75, 90, 2 * minute, 150, 3 * minute, 4 * minute, 5 * minute, 6 * minute, 450,
	10 * minute, 12 * minute, 15 * minute, 20 * minute, 25 * minute, 30 * minute, 40 * minute, 50 * minute,
	1 * hour, 75 * minute, 90 * minute, 2 * hour, 150 * minute, 3 * hour, 4 * hour, 5 * hour, 6 * hour, 8 * hour,
	10 * hour, 12 * hour, 16 * hour, 20 * hour,
	1 * day, 30 * hour, 40 * hour, 2 * day, 60 * hour, 3 * day, 4 * day, 5 * day, 6 * day, 7 * day,
	9 * day, 11 * day, 14 * day, 17 * day, 21 * day, 24 * day,
}
