package collectors

import (
	"context"
	"fmt"
	"io"
)

// Step is a part of a run. A collector's steps follow one another.
type Step func(context.Context) error

// Walking is the step that visits every file of a tree.
func (t *Tree) Walking(visit func(f File, r io.Reader) error) Step {
	return func(ctx context.Context) error { return t.Walk(ctx, visit) }
}

// InSteps is the Collect of a collector that has no settings: it refuses any, takes the
// steps up to the first that fails, and says in the error which tool and workspace it was.
func InSteps(ctx context.Context, tool string, o Options, steps ...Step) error {
	var none struct{}
	err := o.Settings(&none)
	for _, step := range steps {
		if err != nil {
			break
		}
		err = step(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s: workspace %s: %w", tool, o.Workspace, err)
	}
	return nil
}
