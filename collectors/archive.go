package collectors

// ArchiveSink is a Sink that tells archives apart. Records without an id are numbered among
// their equals within one archive, so that the same record in two archives is one.
type ArchiveSink interface {
	Sink
	// NextArchive says that what follows comes from another archive, which may repeat
	// what went before.
	NextArchive()
}

// NextArchive tells a sink, if it cares, that another archive begins. A collector of records
// without ids calls it before each file that may hold the same records as another file.
func NextArchive(s Sink) {
	if a, ok := s.(ArchiveSink); ok {
		a.NextArchive()
	}
}
