package collectors

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
)

func TestInSteps(t *testing.T) {
	t.Parallel()
	failure := errors.New("no space left")
	for name, c := range map[string]struct {
		settings string
		steps    []error // what each gives
		taken    int
		want     string
	}{
		"all":               {steps: []error{nil, nil}, taken: 2},
		"none":              {},
		"up to a failure":   {steps: []error{nil, failure, nil}, taken: 2, want: "heron: workspace acme: no space left"},
		"empty settings":    {settings: "{}", steps: []error{nil}, taken: 1},
		"a setting refused": {settings: "colour: red", steps: []error{nil}, want: "heron: workspace acme: options: line 1: \"colour\" is not a key: there is none"},
	} {
		taken := 0
		var steps []Step
		for _, gives := range c.steps {
			steps = append(steps, func(context.Context) error { taken++; return gives })
		}
		o := Options{Workspace: "acme"}.WithSettings([]byte(c.settings))
		err := InSteps(t.Context(), "heron", o, steps...)
		if taken != c.taken {
			t.Errorf("%s: %d steps taken; want %d", name, taken, c.taken)
		}
		switch {
		case err == nil && c.want == "":
		case err == nil || len(err.Error()) < len(c.want) || err.Error()[:len(c.want)] != c.want || c.want == "":
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

func TestWalkingVisitsEveryFile(t *testing.T) {
	t.Parallel()
	tree := folderOf(t, map[string]string{"a.json": "1", "b/c.json": "2"})
	var seen []string
	err := tree.Walking(func(f File, r io.Reader) error {
		content, err := io.ReadAll(r)
		seen = append(seen, f.Path+"="+string(content))
		return err
	})(t.Context())
	if want := []string{"a.json=1", "b/c.json=2"}; err != nil || !slices.Equal(seen, want) {
		t.Errorf("%v, %v; want %v", seen, err, want)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := tree.Walking(func(File, io.Reader) error { return nil })(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("%v; want a context that ended to end the step", err)
	}
}
