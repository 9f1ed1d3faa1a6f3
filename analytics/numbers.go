package analytics

import (
	"fmt"
	"strings"
)

// numbers is a list of whole numbers, as queries give lists: in the text "[1,2,3]". The driver scans an array element by
// element through reflection, which takes many times longer.
type numbers []uint64

// Scan is part of sql.Scanner.
func (n *numbers) Scan(from any) error {
	text, ok := from.(string)
	if !ok || len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return fmt.Errorf("%T is no list of numbers", from)
	}
	*n = nil
	if text == "[]" {
		return nil
	}
	*n = make([]uint64, 0, 1+strings.Count(text, ","))
	v := uint64(0)
	for _, c := range []byte(text[1:]) {
		switch {
		case '0' <= c && c <= '9':
			v = 10*v + uint64(c-'0')
		case c == ',' || c == ']':
			*n = append(*n, v)
			v = 0
		default:
			return fmt.Errorf("%q has no place in a list of numbers", c)
		}
	}
	return nil
}
