package identity

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

const (
	leastScore   = 0.35 // of a proposal that is worth somebody's look
	mostProposed = 5    // of an account
)

// proposer holds the ways in which people of the directory might be called elsewhere.
type proposer struct {
	*matcher
	names   map[string][]int // people by full name
	handles map[string][]int // by what handles are made of
	locals  map[string][]int // by what stands before the @ of their addresses
	last    map[string][]int // by last name and first letter
	near    map[string][]int // by full name without one letter
}

// propose lists who else accounts without a person might be.
func (m *matcher) propose() []Proposal {
	p := proposer{m, map[string][]int{}, map[string][]int{}, map[string][]int{}, map[string][]int{}, map[string][]int{}}
	for i := range m.directory {
		p.add(i)
	}
	var out []Proposal
	for i := range m.accounts {
		if m.cluster(i).person < 0 {
			out = append(out, p.candidates(i)...)
		}
	}
	out = append(out, m.namesakes()...)
	slices.SortFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(b.Score, a.Score), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Other, b.Other))
	})
	return out
}

func (p *proposer) add(person int) {
	who := p.directory[person]
	note := func(index map[string][]int, key string) {
		if key != "" && !slices.Contains(index[key], person) {
			index[key] = append(index[key], person)
		}
	}
	for _, address := range append([]string{who.Email}, who.Aliases...) {
		local, _, _ := strings.Cut(untagged(Address(address)), "@")
		note(p.locals, local)
	}
	words := nameWords(who.Name)
	if len(words) < 2 {
		return
	}
	full := strings.Join(words, " ")
	for _, spelling := range [][]string{words, nameWords(writtenOut(who.Name))} {
		note(p.names, strings.Join(spelling, " "))
		for _, h := range handlesOf(spelling) {
			note(p.handles, h)
		}
	}
	note(p.last, lastAndInitial(words))
	for _, shorter := range withoutOneLetter(full) {
		note(p.near, shorter)
	}
}

// handlesOf are what people make handles of, of a name in its normal form: of both words, or of
// one, which may be cut short, and the other's initial.
func handlesOf(words []string) []string {
	first, last := words[0], words[len(words)-1]
	out := []string{first + last, last + first}
	for _, short := range cutShort(first) {
		out = append(out, short+initial(last))
	}
	for _, short := range cutShort(last) {
		out = append(out, initial(first)+short, short+initial(first))
	}
	return out
}

// cutShort are a word and its beginnings of four letters or more, the length to which systems
// have cut names.
func cutShort(word string) []string {
	const fewest = 4
	letters := []rune(word)
	out := []string{word}
	for n := fewest; n < len(letters); n++ {
		out = append(out, string(letters[:n]))
	}
	return out
}

func initial(word string) string {
	for _, r := range word {
		return string(r)
	}
	return ""
}

func lastAndInitial(words []string) string { return words[len(words)-1] + " " + initial(words[0]) }

// withoutOneLetter are a name and all that is left of it without one of its letters: two
// names that share one of these differ by a letter at most. Short names differ for a reason.
func withoutOneLetter(name string) []string {
	letters := []rune(name)
	if len(letters) < 8 {
		return nil
	}
	out := []string{name}
	for i := range letters {
		out = append(out, string(letters[:i])+string(letters[i+1:]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// evidence is what speaks for a person.
type evidence struct {
	against float32 // 1 less the score: what is left to be doubted
	reasons []string
}

// among is a score of one of several who fit alike.
func among(score float32, n int) float32 { return score / float32(math.Sqrt(float64(n))) }

// candidates scores the people of the directory for one account.
func (p *proposer) candidates(account int) []Proposal {
	a := p.accounts[account]
	found := map[int]*evidence{}
	hint := func(people []int, score float32, reason string) {
		if len(people) > 1 {
			score = among(score, len(people))
			reason = fmt.Sprintf("%s, as %d people", reason, len(people))
		}
		for _, person := range people {
			e := found[person]
			if e == nil {
				e = &evidence{against: 1}
				found[person] = e
			}
			e.against *= 1 - score
			e.reasons = append(e.reasons, reason)
		}
	}
	words := strings.Fields(a.name)
	if a.name != "" {
		if people := p.names[a.name]; len(people) > 0 {
			hint(people, 0.8, "the same full name")
		} else {
			hint(p.last[lastAndInitial(words)], 0.45, "the same last name and initial")
			hint(p.nearly(a.name), 0.5, "a name that differs by a letter")
		}
	}
	local, _, _ := strings.Cut(untagged(a.email), "@")
	hint(p.locals[local], 0.6, "an address that begins alike")
	for _, name := range []string{local, bareHandle(a.Handle), keyHandle(a)} {
		if people := p.called(lettersOnly(name)); len(people) > 0 {
			hint(people, 0.5, "a handle made of the name")
			break
		}
	}
	return p.best(account, found)
}

// keyHandle is what a tool calls an account, where people choose that themselves.
func keyHandle(a candidate) string {
	if strings.Contains(a.Key.Value, "@") {
		local, _, _ := strings.Cut(Address(a.Key.Value), "@")
		return local
	}
	return bareHandle(a.Key.Value)
}

// called are the people of whose names a handle may be made. A number behind it tells it from
// somebody else's.
func (p *proposer) called(handle string) []int {
	if people := p.handles[handle]; len(people) > 0 {
		return people
	}
	return p.handles[strings.TrimRight(handle, "0123456789")]
}

func lettersOnly(handle string) string { return strings.Join(nameWords(handle), "") }

func (p *proposer) nearly(name string) []int {
	var out []int
	for _, shorter := range withoutOneLetter(name) {
		out = append(out, p.near[shorter]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// best turns evidence into proposals, those of people who were told apart left out.
func (p *proposer) best(account int, found map[int]*evidence) []Proposal {
	var out []Proposal
	for person, e := range found {
		theirs := p.people[person]
		if theirs == nil {
			theirs = &cluster{person: person}
		}
		if score := 1 - e.against; score >= leastScore && !p.toldApart(p.cluster(account), theirs) {
			out = append(out, Proposal{Account: p.accounts[account].ID, Person: p.directory[person].Key, Score: score, Reasons: e.reasons})
		}
	}
	slices.SortFunc(out, func(a, b Proposal) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Person, b.Person)) })
	return out[:min(len(out), mostProposed)]
}

// namesakes proposes accounts without a person that share a full name which the directory does not
// have, the later account of each pair to the earlier one.
func (m *matcher) namesakes() []Proposal {
	listed := map[string]bool{}
	for _, p := range m.directory {
		listed[FullName(p.Name)] = true
	}
	var out []Proposal
	for name, accounts := range m.named() {
		if listed[name] {
			continue
		}
		var apart []int // one account of each cluster
		for _, i := range accounts {
			if !slices.ContainsFunc(apart, func(j int) bool { return m.cluster(i) == m.cluster(j) }) {
				apart = append(apart, i)
			}
		}
		for n, i := range apart {
			for _, j := range apart[max(0, n-mostProposed):n] {
				if m.cluster(i).person < 0 && !m.toldApart(m.cluster(i), m.cluster(j)) {
					out = append(out, Proposal{Account: m.accounts[i].ID, Other: m.accounts[j].ID, Score: among(0.8, len(apart)-1),
						Reasons: []string{"the same full name"}})
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(p Proposal) bool { return p.Score < leastScore })
}
