package jsonscan

import (
	"fmt"
	"strings"
	"testing"
)

func TestTexts(t *testing.T) {
	t.Parallel()
	var texts Texts
	for range 2 {
		for i := range 3 * slots {
			for _, want := range []string{fmt.Sprint(i), fmt.Sprintf("user%d@heron.example", i)} {
				if got := texts.Of([]byte(want)); got != want {
					t.Fatalf("%q; want %q", got, want)
				}
			}
		}
	}
	for _, want := range []string{"", strings.Repeat("x", 10000)} {
		if got := texts.Of([]byte(want)); got != want {
			t.Errorf("%d bytes; want %d", len(got), len(want))
		}
	}
}

func TestMet(t *testing.T) {
	t.Parallel()
	var lengths Met[int]
	for range 2 {
		for i := range 3 * slots {
			b := fmt.Appendf(nil, "user%d", i/2)
			if n, known := lengths.At(b); known && *n != len(b) || !known && *n != 0 || i%2 == 1 && !known {
				t.Fatalf("%q: %d, %v", b, *n, known)
			} else {
				*n = len(b)
			}
		}
	}
	if _, known := lengths.At([]byte(strings.Repeat("x", 10000))); known {
		t.Error("a value never met is known")
	}
	if n, _ := lengths.At(nil); *n != 0 {
		t.Errorf("nothing gives %d", *n)
	}
}

func TestTextsAreMetAgainWithoutAllocation(t *testing.T) {
	var texts Texts
	ids := make([][]byte, 100)
	for i := range ids {
		ids[i] = fmt.Appendf(nil, "U%07d", i*7919)
	}
	met := testing.AllocsPerRun(100, func() {
		for _, id := range ids {
			texts.Of(id)
		}
	})
	if met > 10 {
		t.Errorf("%.0f of %d ids allocated again", met, len(ids))
	}
}

func TestChunk(t *testing.T) {
	t.Parallel()
	var c Chunk
	var want, got []string
	for i := range 3000 {
		size := i % 40
		if i%1000 == 999 {
			size = 2 * pieceSize
		}
		part := []byte(strings.Repeat(string(rune('a'+i%26)), size))
		want, got = append(want, "x"+string(part)), append(got, c.Cut([]byte("x"), part))
		clear(part) // the string is a copy
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("a string is not what was put in")
	}
}
