package access

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

const (
	shortestPassword = 12   // characters
	longestPassword  = 1024 // bytes; bounds the work, not the choice
	saltBytes        = 16
	keyBytes         = 32
)

// PasswordCost is what one argon2id hash costs whoever computes it.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// DefaultPasswordCost is the second recommended option of RFC 9106, for where 2 GiB a login is too much: 64 MiB,
// 3 passes, 4 lanes. A hash made with less is replaced at its user's next login.
func DefaultPasswordCost() PasswordCost {
	return PasswordCost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 4}
}

// Bounds on what a stored hash may ask of us: whoever can write the store must not be able to stop the server with it.
const (
	mostMemoryKiB = 1 << 20
	mostPasses    = 64
	mostLanes     = 64
	mostHashBytes = 64
)

var errHashForm = errors.New("not an argon2id hash in PHC form")

// passwordHash is an argon2id hash with all that is needed to compute it again.
type passwordHash struct {
	cost PasswordCost
	salt []byte
	key  []byte
}

// CheckPassword reports in one sentence why password will not do for the user name; the sentence never holds it.
func CheckPassword(name, password string) error {
	switch {
	case !utf8.ValidString(password):
		return errors.New("the password is not valid UTF-8: type it again")
	case utf8.RuneCountInString(password) < shortestPassword:
		return fmt.Errorf("the password is too short: take at least %d characters", shortestPassword)
	case len(password) > longestPassword:
		return fmt.Errorf("the password is too long: take at most %d bytes", longestPassword)
	case strings.EqualFold(password, name):
		return errors.New("the password is the user's name: take another")
	case strings.Trim(password, password[:1]) == "":
		return errors.New("the password is one character repeated: take another")
	}
	return nil
}

func hashPassword(random io.Reader, cost PasswordCost, password string) (passwordHash, error) {
	h := passwordHash{cost: cost, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	if _, err := io.ReadFull(random, h.salt); err != nil {
		return h, fmt.Errorf("draw a salt: %w", err)
	}
	h.key = h.derive(password)
	return h, nil
}

// nobodysHash is verified for users that do not exist, so that they take as long as those that do.
func nobodysHash(cost PasswordCost) passwordHash {
	return passwordHash{cost: cost, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
}

func (h passwordHash) derive(password string) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.cost.Passes, h.cost.MemoryKiB, h.cost.Lanes, uint32(len(h.key)))
}

func (h passwordHash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password), h.key) == 1
}

// weaker reports whether h should be made anew at cost: less of something and more of nothing.
func (h passwordHash) weaker(cost PasswordCost) bool {
	less := h.cost.MemoryKiB < cost.MemoryKiB || h.cost.Passes < cost.Passes ||
		len(h.salt) < saltBytes || len(h.key) < keyBytes
	more := h.cost.MemoryKiB > cost.MemoryKiB || h.cost.Passes > cost.Passes
	return less && !more
}

// String writes the PHC form, $argon2id$v=19$m=65536,t=3,p=4$salt$key with both in base64 without padding.
func (h passwordHash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.cost.MemoryKiB, h.cost.Passes, h.cost.Lanes, b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parsePasswordHash reads the PHC form. It takes only what String would write, so that one hash has one spelling.
func parsePasswordHash(s string) (passwordHash, error) {
	var h passwordHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return h, errHashForm
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return h, errHashForm
	}
	memory := parseCost(costs[0], "m=", mostMemoryKiB)
	passes := parseCost(costs[1], "t=", mostPasses)
	lanes := parseCost(costs[2], "p=", mostLanes)
	if passes == 0 || lanes == 0 || memory < 8*lanes {
		return h, errHashForm
	}
	h.cost = PasswordCost{MemoryKiB: memory, Passes: passes, Lanes: uint8(lanes)}
	h.salt, h.key = parseHashBytes(parts[4], 8), parseHashBytes(parts[5], 16)
	if h.salt == nil || h.key == nil || h.String() != s {
		return h, errHashForm
	}
	return h, nil
}

// parseCost reads prefix and a number up to most; 0 says that it was not one.
func parseCost(s, prefix string, most uint64) uint32 {
	digits, ok := strings.CutPrefix(s, prefix)
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n > most {
		return 0
	}
	return uint32(n)
}

func parseHashBytes(s string, least int) []byte {
	if len(s) > base64.RawStdEncoding.EncodedLen(mostHashBytes) {
		return nil
	}
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < least {
		return nil
	}
	return b
}
