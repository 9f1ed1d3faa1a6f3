package access

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

const (
	secretBytes = 32
	tokenPrefix = "ct_"
)

var secretEncoding = base64.RawURLEncoding.Strict()

// SecretHash is the SHA-256 of a session id or a token, as 64 lower-case hex digits. The secrets carry 256 random
// bits, so a plain hash cannot be guessed back, and looking one up tells nothing about its neighbours.
type SecretHash string

// HashSecret hashes a session id or a token as the client sends it.
func HashSecret(secret string) SecretHash {
	sum := sha256.Sum256([]byte(secret))
	return SecretHash(hex.EncodeToString(sum[:]))
}

// newSecret draws 256 bits and writes them in 43 characters that need no escaping in a cookie or a header.
func newSecret(random io.Reader) (string, error) {
	b := make([]byte, secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return secretEncoding.EncodeToString(b), nil
}

// isSecret reports whether s has the form that newSecret gives. What has not is refused before the store is asked.
func isSecret(s string) bool {
	if len(s) != secretEncoding.EncodedLen(secretBytes) {
		return false
	}
	_, err := secretEncoding.DecodeString(s)
	return err == nil
}

func isToken(s string) bool {
	secret, ok := strings.CutPrefix(s, tokenPrefix)
	return ok && isSecret(secret)
}

func newStamp(random io.Reader) (uint64, error) {
	b := make([]byte, 8)
	if _, err := io.ReadFull(random, b); err != nil {
		return 0, fmt.Errorf("draw a stamp: %w", err)
	}
	return binary.LittleEndian.Uint64(b), nil
}
