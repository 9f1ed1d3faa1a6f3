package mail

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"crosstalk/collectors/record"
)

// nextID cuts the next <…> of a field that holds message ids.
func nextID(b []byte) (id, rest []byte, ok bool) {
	for {
		open := bytes.IndexByte(b, '<')
		if open < 0 {
			return nil, nil, false
		}
		b = b[open+1:]
		end := bytes.IndexByte(b, '>')
		if end < 0 {
			return nil, nil, false
		}
		if id = squeeze(b[:end]); len(id) > 0 {
			return id, b[end+1:], true
		}
		b = b[end+1:]
	}
}

// squeeze takes white space out of an id; a folded id gets it in.
func squeeze(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if !bytes.ContainsAny(b, " \t\r\n") {
		return b
	}
	return bytes.Join(bytes.Fields(b), nil)
}

// firstID is the first id of a field, with brackets or, when the field is nothing but
// one bare id, without.
func firstID(value []byte) []byte {
	if id, _, ok := nextID(value); ok {
		return id
	}
	words := bytes.Fields(value)
	if len(words) > 0 && bytes.IndexByte(words[0], '@') > 0 {
		return bytes.Trim(words[0], "<>")
	}
	return nil
}

// lastID is the last id of a References field.
func lastID(value []byte) []byte {
	open := bytes.LastIndexByte(value, '<')
	for open >= 0 {
		if id, _, ok := nextID(value[open:]); ok {
			return id
		}
		open = bytes.LastIndexByte(value[:open], '<')
	}
	return firstID(value)
}

// ownID is the message's own id: what stands in the brackets of Message-ID, or all of
// it when there are none.
func ownID(value []byte) []byte {
	if id, _, ok := nextID(value); ok {
		return id
	}
	return bytes.Trim(squeeze(value), "<>")
}

// digestID stands for the id of a message that has none: a digest of who wrote to
// whom and when.
func digestID(sender record.AccountKey, unix int64, recipients []record.AccountKey) string {
	sorted := slices.Clone(recipients)
	slices.SortFunc(sorted, func(a, b record.AccountKey) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	sorted = slices.Compact(sorted)
	h := sha256.New()
	var buf [9]byte
	write := func(k record.AccountKey) {
		buf[0] = byte(k.Kind)
		binary.BigEndian.PutUint64(buf[1:], uint64(len(k.Value)))
		h.Write(buf[:])
		h.Write([]byte(k.Value))
	}
	write(sender)
	binary.BigEndian.PutUint64(buf[1:], uint64(unix))
	h.Write(buf[1:])
	for _, k := range sorted {
		write(k)
	}
	return "digest:" + hex.EncodeToString(h.Sum(nil)[:16])
}
