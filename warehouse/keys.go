package warehouse

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dchest/siphash"

	"crosstalk/collectors/record"
)

// The names of the two key files in the data folder. The id key makes message ids and
// fingerprints and is never rotated; the privacy key protects the account map and can be.
const (
	idKeyFile      = "id.key"
	privacyKeyFile = "privacy.key"
)

// hasher is a keyed 64-bit hash (SipHash-2-4) of a tuple of strings and numbers. Each
// part is written with its length, so that ("ab","c") and ("a","bc") differ.
type hasher struct{ k0, k1 uint64 }

func newHasher(secret []byte, use string) hasher {
	key := derive(secret, use, 16)
	return hasher{binary.LittleEndian.Uint64(key), binary.LittleEndian.Uint64(key[8:])}
}

// tuple collects the parts of one hash. Its buffer may be reused by tuple[:0].
type tuple []byte

func (t tuple) str(s string) tuple {
	return append(binary.AppendUvarint(t, uint64(len(s))), s...)
}

func (t tuple) num(n uint64) tuple { return binary.LittleEndian.AppendUint64(t, n) }

func (h hasher) sum(t tuple) uint64 {
	// 0 stands for "none" in the tables; the one input in 2^64 that hashes to it takes 1.
	return max(siphash.Hash(h.k0, h.k1, t), 1)
}

// idKey holds what is derived from the id key, one hash function per kind of id.
type idKey struct {
	conversation hasher
	message      hasher
	copy         hasher // fingerprints
	content      hasher // versions
	place        hasher // reject entries
	name         namer  // of people who were erased
}

// privacyKey holds what is derived from the privacy key.
type privacyKey struct {
	mapKey hasher
	nonce  []byte
	seal   cipher.AEAD
}

func newIDKey(secret []byte) idKey {
	return idKey{
		conversation: newHasher(secret, "conversation"), message: newHasher(secret, "message"), copy: newHasher(secret, "fingerprint"),
		content: newHasher(secret, "version"), place: newHasher(secret, "place"), name: namer{newHasher(secret, "erased name")},
	}
}

func newPrivacyKey(secret []byte) (privacyKey, error) {
	block, err := aes.NewCipher(derive(secret, "seal", 32))
	if err != nil {
		return privacyKey{}, err
	}
	aead, err := cipher.NewGCM(block)
	return privacyKey{mapKey: newHasher(secret, "account map"), nonce: derive(secret, "nonce", 32), seal: aead}, err
}

// accountKey is the key of an account in the map; buffer may be nil.
func (k privacyKey) accountKey(tool, workspace string, key record.AccountKey, buffer tuple) uint64 {
	return k.mapKey.sum(buffer.str(tool).str(workspace).num(uint64(key.Kind)).str(key.Scope).str(key.Value))
}

// personKey is the key of a person: of the directory's id, or of the address that joined
// several accounts.
func (k privacyKey) personKey(origin, key string) uint64 {
	return k.mapKey.sum(tuple(nil).str("person").str(origin).str(key))
}

// sealed encrypts a value. The nonce is made of the content, so that sealing the same
// content twice gives the same bytes and importing again changes nothing.
func (k privacyKey) sealed(plain []byte) string {
	mac := hmac.New(sha256.New, k.nonce)
	mac.Write(plain)
	nonce := mac.Sum(nil)[:k.seal.NonceSize()]
	return string(k.seal.Seal(nonce, nonce, plain, nil))
}

var errUnseal = errors.New("a sealed value does not open: the privacy key is not the one this data folder was written with; restore it from a backup")

// mark tells a key from others and gives nothing of it away.
func (k idKey) mark() string { return markOf(k.content) }

func (k privacyKey) mark() string { return markOf(k.mapKey) }

func markOf(h hasher) string { return strconv.FormatUint(h.sum(tuple(nil).str("key mark")), 16) }

// keyMarks are the settings that tell which keys a warehouse was written with, by key file.
func (w *Warehouse) keyMarks() map[string]string {
	return map[string]string{idKeyFile: w.id.mark(), privacyKeyFile: w.privacy().mark()}
}

// checkKeys refuses keys other than those the warehouse was written with: with another id
// key everything would count twice. The first keys are noted.
func (w *Warehouse) checkKeys(ctx context.Context, stored map[string]string) error {
	marks := w.keyMarks()
	for _, file := range slices.Sorted(maps.Keys(marks)) {
		if stored[file] != "" && stored[file] != marks[file] {
			return fmt.Errorf("key file %s is not the one that the data were written with: restore it from a backup", filepath.Join(w.dir, file))
		}
	}
	if stored[idKeyFile] != "" && stored[privacyKeyFile] != "" {
		return nil
	}
	return w.storeSettings(ctx, marks)
}

func (k privacyKey) opened(sealed string) ([]byte, error) {
	n := k.seal.NonceSize()
	if len(sealed) < n {
		return nil, errUnseal
	}
	plain, err := k.seal.Open(nil, []byte(sealed[:n]), []byte(sealed[n:]), nil)
	if err != nil {
		return nil, errUnseal
	}
	return plain, nil
}

// derive cannot fail for the lengths used here.
func derive(secret []byte, use string, n int) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "crosstalk "+use, n)
	if err != nil {
		panic(err)
	}
	return key
}

// loadKey reads a key file, or makes it when the folder has none yet. A file that others
// may read is refused.
func loadKey(dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key file %s may be read by others (mode %04o): run chmod 600 on it, and rotate it if anybody else had access", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("key file %s is damaged: it holds 64 hexadecimal digits when whole; restore it from a backup", path)
	}
	return secret, nil
}

// makeKey writes a new key so that of several starters at once exactly one key wins.
func makeKey(path string) ([]byte, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	temporary, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be written: %w", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(hex.EncodeToString(secret) + "\n")
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	err = os.Link(temporary.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return loadKey(filepath.Dir(path), filepath.Base(path))
	}
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", path, err)
	}
	return secret, nil
}
