package jsonscan_test

import (
	"maps"
	"strings"
	"testing"

	"crosstalk/collectors/jsonscan"
)

func TestOutline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		head string
		want map[string]string
	}{
		"page":     {`{"Value":[{"Id":7,"from":null},{"Id":8,"from":{"user":"u"}}],"next":"`, map[string]string{"value": "", "value.id": "7", "value.from": "", "value.from.user": "u", "next": ""}},
		"lines":    {"{\"a\":\"x\"}\n{\"b\":true}\n{\"c", map[string]string{"a": "x", "b": "true"}},
		"array":    {`[[{"a":1}],2,"three"]`, map[string]string{"a": "1"}},
		"long":     {`{"a":"` + strings.Repeat("x", 257) + `","b":"y"}`, map[string]string{"a": "", "b": "y"}},
		"deep":     {strings.Repeat("[", 12) + `{"a":1}` + strings.Repeat("]", 12), map[string]string{}},
		"no JSON":  {"a,b\n1,2\n", map[string]string{}},
		"nothing":  {"", map[string]string{}},
		"wrong":    {`{"a":1,]}`, map[string]string{"a": "1"}},
		"trailing": {`{"a":1}}}}`, map[string]string{"a": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := jsonscan.Outline([]byte(c.head)); !maps.Equal(got, c.want) {
				t.Errorf("outline %v; want %v", got, c.want)
			}
		})
	}
}

func FuzzOutline(f *testing.F) {
	f.Add([]byte(`{"value":[{"id":"1"}]}`))
	f.Add([]byte(`[[[{"a":{"b":[1,"\ud83d"`))
	f.Fuzz(func(t *testing.T, head []byte) {
		if out := jsonscan.Outline(head); len(out) > 512 {
			t.Fatalf("%d paths", len(out))
		}
	})
}
