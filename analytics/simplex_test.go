package analytics_test

import (
	"errors"
	"math"
)

// tableau is a linear programme over unknowns that are at least 0, solved by the simplex method as far as a feasible corner.
type tableau struct {
	rows     [][]float64 // one per inequality, its bound last
	basic    []int       // the column that each row solves for
	unknowns int
}

const small = 1e-9

// feasible finds a corner of what is known.
func feasible(rows []known, unknowns int) (*tableau, error) {
	t := &tableau{unknowns: unknowns}
	type half struct {
		weights     map[int]float64
		sign, bound float64
	}
	var halves []half
	const hair = 1e-3 // keeps equations from contradicting each other by rounding
	for _, r := range rows {
		if !math.IsInf(r.high, 0) {
			halves = append(halves, half{r.weights, 1, r.high + hair})
		}
		if !math.IsInf(r.low, 0) {
			halves = append(halves, half{r.weights, -1, -r.low + hair})
		}
	}
	width := unknowns + 2*len(halves) + 1 // slacks, then artificial ones
	goal := make([]float64, width)
	for i, h := range halves {
		row := make([]float64, width)
		for n, w := range h.weights {
			row[n] = h.sign * w
		}
		row[unknowns+i], row[width-1] = 1, h.bound
		t.basic = append(t.basic, unknowns+i)
		if h.bound < 0 {
			for j := range row {
				row[j] = -row[j]
			}
			row[unknowns+len(halves)+i] = 1
			t.basic[i] = unknowns + len(halves) + i
			for j, v := range row {
				goal[j] -= v
			}
			goal[t.basic[i]] = 0
		}
		t.rows = append(t.rows, row)
	}
	if !t.descend(goal, width-1) {
		return nil, errors.New("the programme has no end")
	}
	if goal[width-1] < -1e-6 {
		return nil, errors.New("what is known contradicts itself")
	}
	return t.withoutArtificial(len(halves)), nil
}

// withoutArtificial drops the columns that only served to find a corner; rows that still solve for one say nothing.
func (t *tableau) withoutArtificial(halves int) *tableau {
	real := t.unknowns + halves
	out := &tableau{unknowns: t.unknowns}
	for i, row := range t.rows {
		if t.basic[i] >= real {
			for j := range real {
				if math.Abs(row[j]) > 1e-7 {
					t.pivot(i, j, nil)
					break
				}
			}
		}
	}
	for i, row := range t.rows {
		if t.basic[i] < real {
			out.rows = append(out.rows, append(append([]float64{}, row[:real]...), row[len(row)-1]))
			out.basic = append(out.basic, t.basic[i])
		}
	}
	return out
}

// least minimises sign × a sum of unknowns; minus infinity when nothing bounds it.
func (t *tableau) least(target map[int]float64, sign float64) float64 {
	work := &tableau{unknowns: t.unknowns, basic: append([]int{}, t.basic...)}
	for _, row := range t.rows {
		work.rows = append(work.rows, append([]float64{}, row...))
	}
	width := len(t.rows[0])
	goal := make([]float64, width)
	for n, w := range target {
		goal[n] = sign * w
	}
	for i, column := range work.basic {
		if w := goal[column]; w != 0 {
			for j, v := range work.rows[i] {
				goal[j] -= w * v
			}
		}
	}
	if !work.descend(goal, width-1) {
		return math.Inf(-1)
	}
	return -goal[width-1]
}

// descend moves from corner to corner until the goal is least; false when it has no least. The steepest way is taken, and after many
// steps the first one, which cannot go round in circles.
func (t *tableau) descend(goal []float64, columns int) bool {
	for step := 0; ; step++ {
		enter, steepest := -1, -small
		for j := range columns {
			if goal[j] < steepest {
				enter = j
				if steepest = goal[j]; step > 5000 {
					break
				}
			}
		}
		if enter < 0 {
			return true
		}
		leave, nearest := -1, math.Inf(1)
		for i, row := range t.rows {
			if row[enter] <= small {
				continue
			}
			if d := row[columns] / row[enter]; d < nearest-small || d < nearest+small && (leave < 0 || t.basic[i] < t.basic[leave]) {
				leave, nearest = i, d
			}
		}
		if leave < 0 {
			return false
		}
		t.pivot(leave, enter, goal)
	}
}

func (t *tableau) pivot(leave, enter int, goal []float64) {
	pivot := t.rows[leave]
	by := pivot[enter]
	for j := range pivot {
		pivot[j] /= by
	}
	for i, row := range t.rows {
		if i != leave {
			subtract(row, pivot, row[enter])
		}
	}
	if goal != nil {
		subtract(goal, pivot, goal[enter])
	}
	t.basic[leave] = enter
}

func subtract(from, row []float64, times float64) {
	if times == 0 {
		return
	}
	for j, v := range row {
		from[j] -= times * v
	}
}
