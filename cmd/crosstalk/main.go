// Crosstalk measures which messaging tools a company uses, how they overlap, and whether
// its people communicate more. This command reads exports, serves the dashboard and
// administers both.
package main

import (
	"os"

	"crosstalk/warehouse/engine"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(engine.RunChild(os.Args[2:]))
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
