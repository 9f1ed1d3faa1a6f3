package engine

import "crosstalk/warehouse/engine/internal/chdb"

// Library is the path of the library that an engine would be started with; the error says where it was looked for and
// how to install it.
func Library() (string, error) { return chdb.Find() }
