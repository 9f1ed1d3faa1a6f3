// Package live reads what keeps coming: folders into which exports are dropped, and sources that are asked for what is
// new. A [Scheduler] asks each source at its own pace; a [DropFolder] takes what is complete; a [Feed] carries a
// collector's cursor over restarts.
//
// The order is always the same: records are published first, and only then is it noted that they need not be read
// again. What a crash interrupts is therefore read twice, never missed; that it counts once is the warehouse's promise.
//
// The package knows no collector, no warehouse and no configuration; they are handed in. No name of a file, no address
// and no text of a source goes into its errors, its logs or the reasons it leaves beside files it could not read.
package live
