package stat

// Overlap is what two sets share, by their sizes.
type Overlap struct {
	A, B, Both float64 // sizes; Both is at most the smaller
}

// Containment is the share of A that is also in B; 0 when A is empty.
func (o Overlap) Containment() float64 { return ratio(o.Both, o.A) }

// Jaccard is the share of the union that is in both; 0 when both are empty.
func (o Overlap) Jaccard() float64 { return ratio(o.Both, o.A+o.B-o.Both) }

// Coefficient is the Szymkiewicz-Simpson overlap: the share of the smaller set that is in the other.
func (o Overlap) Coefficient() float64 { return ratio(o.Both, min(o.A, o.B)) }

// Reverse compares B with A.
func (o Overlap) Reverse() Overlap { return Overlap{o.B, o.A, o.Both} }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
