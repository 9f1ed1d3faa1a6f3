package simulate

import "encoding/json"

// sentences are what people say; one in every forty is the canary. All are plain
// ASCII without quotes, so that every format can hold them as they are.
var sentences = func() []string {
	subjects := words("harbour lantern meadow river orchard bridge garden window ladder market kitchen compass")
	verbs := words("opens rests turns waits shines moves holds")
	ends := []string{"early today", "by the north gate", "until the rain stops", "near the old mill", "as planned", "a little later"}
	var list []string
	for k := range 119 {
		s := "the " + subjects[k%len(subjects)] + " " + verbs[k%len(verbs)] + " " + ends[k%len(ends)]
		if k%3 == 1 {
			s += " and the " + subjects[(k+5)%len(subjects)] + " " + verbs[(k+3)%len(verbs)] + " " + ends[(k+1)%len(ends)]
		}
		list = append(list, s)
	}
	list = append(list, Canary)
	for k := range list[:80] {
		if k%40 == 7 {
			list[k] += " while " + Canary
		}
	}
	return list
}()

func sentence(salt uint64) string { return sentences[salt%uint64(len(sentences))] }

// quoted is a JSON string of anything.
func quoted(s string) []byte {
	b, _ := json.Marshal(s) // a string always marshals
	return b
}
