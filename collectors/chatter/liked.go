package chatter

import (
	"hash/maphash"
	"slices"
)

// liked holds which posts likes name, and where each was posted once that is known. There may
// be millions, so a post is held as a hash, and a place as a number.
type liked struct {
	seed    maphash.Seed
	posts   []uint64 // in order, once settled
	at      []uint32 // their places, by number
	places  []string // by number; the first is unknown
	numbers map[string]uint32
	settled bool
}

// maxLiked is how many posts are looked out for because they are liked; likes of further
// ones are rejected.
const maxLiked = 1 << 22

func newLiked() liked {
	return liked{seed: maphash.MakeSeed(), places: []string{""}, numbers: map[string]uint32{}}
}

// add looks out for a post.
func (l *liked) add(post itemID) {
	if len(l.posts) >= maxLiked {
		if l.settled {
			return
		}
		if l.settle(); len(l.posts) >= maxLiked {
			return
		}
	}
	l.posts, l.settled = append(l.posts, l.hash(post)), false
}

func (l *liked) hash(post itemID) uint64 { return maphash.Bytes(l.seed, post[:]) }

// settle puts the posts in order, each once.
func (l *liked) settle() {
	slices.Sort(l.posts)
	l.posts, l.settled = slices.Compact(l.posts), true
}

// find gives where a post's place stands, or nil for one that is not looked out for.
func (l *liked) find(post itemID) *uint32 {
	if !l.settled {
		l.settle()
	}
	if l.at == nil {
		l.at = make([]uint32, len(l.posts))
	}
	i, known := slices.BinarySearch(l.posts, l.hash(post))
	if !known {
		return nil
	}
	return &l.at[i]
}

// stands notes where a post stands, if it is looked out for.
func (l *liked) stands(post itemID, place string) {
	at := l.find(post)
	if at == nil {
		return
	}
	n, known := l.numbers[place]
	if !known {
		n = uint32(len(l.places))
		l.numbers[place], l.places = n, append(l.places, place)
	}
	*at = n
}

// place gives where a post stands, empty if that is not known; wanted tells whether it is
// looked out for.
func (l *liked) place(post itemID) (place string, wanted bool) {
	at := l.find(post)
	if at == nil {
		return "", false
	}
	return l.places[*at], true
}
