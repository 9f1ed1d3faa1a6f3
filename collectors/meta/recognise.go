package meta

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

const (
	HeadBytes = 16 << 10 // how much of each
	hopeless  = 200      // strange files without a thread among them, after which nobody looks further
)

// beginning is how a thread's file begins; a text or a list of participants may fill
// the rest of what is looked at.
var beginning = regexp.MustCompile(`^\{\s*"(participants|messages)"\s*:\s*\[\s*(\]|\{\s*("name"|"sender_name"|"timestamp_ms"|"sender_id_INTERNAL"))`)

var (
	hasSender       = regexp.MustCompile(`"sender_name"\s*:`)
	hasTime         = regexp.MustCompile(`"timestamp_ms"\s*:`)
	hasParticipants = regexp.MustCompile(`"participants"\s*:`)
)

// TrimHead is the beginning of a document without its byte order mark.
func TrimHead(head []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
}

// sighting counts what the files of a tree look like.
type sighting struct {
	threads, belongings, alien int
	bare                       int // threads that name no participants
	places, words              map[*House]int
}

// Recognise claims a tree of threads for a house, as surely as it can be told from the
// other one's.
func Recognise(h *House, t *collectors.Tree) (collectors.Claim, error) {
	found, err := look(t)
	if err != nil || found.threads+found.belongings == 0 || found.alien*4 > found.threads+found.belongings {
		return collectors.Claim{}, err
	}
	claim := collectors.Claim{Workspace: WorkspaceName(t.Name()), What: h.What}
	other := Facebook
	if h == Facebook {
		other = Instagram
	}
	switch {
	case found.places[h] > found.places[other]:
		claim.Certainty = collectors.Certain
	case found.places[h] < found.places[other], found.threads == 0:
		return collectors.Claim{}, nil
	case found.words[h] > found.words[other]:
		claim.Certainty = collectors.Likely
	case found.words[h] < found.words[other], found.bare == found.threads && !h.bare:
		return collectors.Claim{}, nil
	default: // nothing tells the two apart
		claim.Certainty = collectors.Plausible
	}
	return claim, nil
}

func look(t *collectors.Tree) (sighting, error) {
	found := sighting{places: map[*House]int{}, words: map[*House]int{}}
	l := layoutOf(t)
	found.place(strings.ToLower(t.Name()))
	looked := 0
	for _, f := range t.Files() {
		role := l.role(f.Path)
		switch role {
		case roleStray:
			if isThread(path.Base(f.Path)) {
				return sighting{}, nil // somebody else's export beside it: each is read by itself
			}
			if found.alien++; found.alien > hopeless && found.threads == 0 {
				return sighting{}, nil
			}
			continue
		case roleThread:
			if looked++; looked > collectors.Sampled {
				continue
			}
		default:
			if first, _, _ := strings.Cut(strings.TrimPrefix(f.Path, l.root), "/"); isActivity(first) || role == roleHTML {
				found.belongings++
			}
			found.place(f.Path)
			continue
		}
		found.place(f.Path)
		head, err := t.Head(f.Path, HeadBytes)
		if err != nil {
			return found, err
		}
		found.thread(TrimHead(head))
	}
	return found, nil
}

// place looks for a house in a path.
func (s *sighting) place(path string) {
	for _, h := range []*House{Facebook, Instagram} {
		for _, mark := range h.places {
			if strings.Contains(path, mark) {
				s.places[h]++
				break
			}
		}
	}
}

// thread judges the beginning of a thread's file.
func (s *sighting) thread(head []byte) {
	if len(head) == 0 {
		return
	}
	if !beginning.Match(head) {
		s.alien++
		return
	}
	if !hasParticipants.Match(head) {
		if !hasSender.Match(head) || !hasTime.Match(head) {
			s.alien++
			return
		}
		s.bare++
	}
	s.threads++
	for _, h := range []*House{Facebook, Instagram} {
		for _, mark := range h.words {
			if bytes.Contains(head, []byte(mark)) {
				s.words[h]++
			}
		}
	}
}

// delivered is how archives are named: facebook-anaruiz-2024-05-01-Ab3dEf9h.
var delivered = regexp.MustCompile(`^(?:facebook|instagram)-(.+?)-\d{4}-?\d{2}-?\d{2}\b.*$`)

// WorkspaceName is whose export it is by the archive's name, so that all parts of an
// export and later ones are one workspace; or empty.
func WorkspaceName(stem string) string {
	if m := delivered.FindStringSubmatch(stem); m != nil {
		return m[1]
	}
	return ""
}
