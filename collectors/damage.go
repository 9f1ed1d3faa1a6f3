package collectors

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
)

// IsDamage reports whether an error says that what was read is damaged or was cut off.
func IsDamage(err error) bool {
	for _, damage := range []error{ErrDamaged, io.EOF, io.ErrUnexpectedEOF, zip.ErrFormat, zip.ErrChecksum, zip.ErrAlgorithm, tar.ErrHeader} {
		if errors.Is(err, damage) {
			return true
		}
	}
	var deflated flate.CorruptInputError // inside a ZIP
	return errors.As(err, &deflated)
}

// Reasons for refusing a packed file among others.
const (
	EncryptedArchive = "encrypted_archive"
	ArchiveBomb      = "archive_bomb"
	DamagedArchive   = "damaged_archive"
)

// refusalOf is the reason why a packed file cannot be read; empty when the error is of another kind.
func refusalOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrEncrypted):
		return EncryptedArchive
	case errors.Is(err, ErrBomb):
		return ArchiveBomb
	case IsDamage(err):
		return DamagedArchive
	}
	return ""
}
