package journal

// Bounded are the queries that must find their rows by an index.
var Bounded = map[string]string{"looks": looksQuery, "looks of one organisation": looksOfQuery, "readers": readersQuery, "read by": readQuery, "for a case": forCaseQuery, "times": timesQuery, "order": orderQuery}
