package dashboards

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// assets are the files below /static/, each under an address that holds a hash of its content, so that browsers may
// keep them for good.
type assets struct {
	byAddress map[string]asset // "css/crosstalk.0123456789ab.css"
	addresses map[string]string
}

type asset struct {
	kind   string
	plain  []byte
	zipped []byte // nil when it would not be smaller
}

const hashDigits = 12

func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{byAddress: map[string]asset{}, addresses: map[string]string{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".md" {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ending := path.Ext(name)
		address := strings.TrimSuffix(name, ending) + "." + hex.EncodeToString(sum[:])[:hashDigits] + ending
		a.addresses[name] = "/static/" + address
		a.byAddress[address] = asset{kind: kindOf(ending), plain: content, zipped: zip(content)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dashboards: static files: %w", err)
	}
	return a, nil
}

func kindOf(ending string) string {
	if ending == ".js" {
		return "text/javascript; charset=utf-8"
	}
	return mime.TypeByExtension(ending)
}

func zip(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil || w.Close() != nil || b.Len() >= len(content) {
		return nil
	}
	return b.Bytes()
}

// address is where a file is served; empty when it was not there at build time.
func (a *assets) address(file string) string { return a.addresses[file] }

func (a *assets) serve(c echo.Context) error {
	found, ok := a.byAddress[c.Param("*")]
	if !ok {
		return echo.ErrNotFound
	}
	header := c.Response().Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	if found.zipped != nil && strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, found.kind, found.zipped)
	}
	return c.Blob(http.StatusOK, found.kind, found.plain)
}
