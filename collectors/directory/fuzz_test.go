package directory_test

import (
	"bytes"
	"testing"

	"crosstalk/collectors/directory"
)

// fuzz reads anything: it ends, and nobody comes out without a key or twice.
func fuzz(f *testing.F, seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		directory.Is(text)
		d := directory.New(isTool)
		problems, err := d.Read(bytes.NewReader(text))
		for i, p := range problems {
			if p.Row < 1 || p.Reason == "" || i > 0 && p.Row <= problems[i-1].Row {
				t.Fatalf("problems %v", problems)
			}
		}
		if err != nil {
			return
		}
		people, err := d.People()
		if err == nil && len(people) == 0 {
			t.Fatal("nobody, and no error")
		}
		seen := map[string]bool{}
		for _, p := range people {
			if p.Key == "" || seen[p.Key] {
				t.Fatalf("the key %q is missing or there twice", p.Key)
			}
			seen[p.Key] = true
		}
	})
}

func FuzzCSV(f *testing.F) {
	fuzz(f, header+"1,Ana,a@heron.example,Legal,A,2026-01-01,,ana;b,K1\n", inUTF16(header+"1,Ana\n"), "person;name;phone\n1;\"A;B\";+1 2 +3\n")
}

func FuzzSCIM(f *testing.F) {
	fuzz(f, whole, page(2, user("1", ""), group), "["+page(1, whole)+"]", `[{"Resources":[[]],"urn:x":{"manager":[{}]}}]`)
}

func FuzzLDIF(f *testing.F) {
	fuzz(f, openLDAP[:600], activeDirectory, "dn: \nresult: 4\n\nresult: 4 x", "dn:: \n \n\n #\n")
}
