package organisation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// DefaultPath is the file that is read when none is named.
const DefaultPath = "crosstalk.yaml"

// What a configuration may hold, far above any real one: the YAML reader takes quadratic time in some of it.
const (
	largestFile    = 512 << 10 // bytes
	deepestNesting = 20
	mostKeys       = 5000
)

// Load reads, completes and validates a configuration file. An empty path is DefaultPath, which may be missing: then
// Default holds. An error is [Problems] when the file could be read: a line for each mistake, those in the options of
// workspaces among them, as far as somebody checks those.
func Load(path string, options ...OptionCheck) (Config, error) {
	named := path != ""
	if !named {
		path = DefaultPath
	}
	text, err := readBounded(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return Default(), nil
	case errors.Is(err, fs.ErrNotExist):
		return Config{}, fmt.Errorf("configuration %s is not there: name another with --config", path)
	case err != nil:
		return Config{}, fmt.Errorf("configuration: %w", err)
	}
	c, found := read(text)
	for _, check := range options {
		c.checkOptions(found, check)
	}
	if c.RegisterPath != "" && found.list == nil {
		c.readRegister(found)
	}
	for i := range found.list {
		found.list[i].File = fallback(found.list[i].File, path)
	}
	if err := found.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// readBounded reads a file, and of one that is too large no more than shows that it is.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, largestFile+1))
}

// Parse is Load of a file's content. The register's file, if one is named, is not read.
func Parse(text []byte) (Config, error) {
	c, found := read(text)
	if err := found.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// read completes and checks what a file holds; it holds only without findings.
func read(text []byte) (Config, *findings) {
	found := &findings{lines: map[string]int{}}
	root := parse(text, found)
	if found.list != nil {
		return Config{}, found
	}
	c := presets()
	if root != nil {
		decode(root, &c, found)
	}
	c.fill()
	c.check(found)
	return c, found
}

// Validate tells what is wrong with a configuration that was not read from a file; the error is [Problems].
func (c Config) Validate() error {
	found := &findings{}
	c.check(found)
	return found.err()
}

// parse reads the one document of a file; nil is an empty one.
func parse(text []byte, found *findings) (root ast.Node) {
	if len(text) > largestFile {
		found.at(0, "", "the file is larger than %d KiB, which no configuration is", largestFile>>10)
		return nil
	}
	defer func() {
		if recover() != nil { // the YAML reader is not ours; what it cannot bear is no YAML to us
			root = nil
			found.at(0, "", "not YAML: the file cannot be read")
		}
	}()
	tokens := lexer.Tokenize(string(bytes.TrimPrefix(text, []byte("\ufeff"))))
	if refuse(tokens, found); found.list != nil {
		return nil
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		line, message := 0, oneLine(err.Error())
		var detailed yaml.Error
		if errors.As(err, &detailed) && detailed.GetToken() != nil {
			line, message = detailed.GetToken().Position.Line, oneLine(detailed.GetMessage())
		}
		found.at(line, "", "not YAML: %s", message)
		return nil
	}
	switch len(file.Docs) {
	case 0:
		return nil
	case 1:
		return file.Docs[0].Body
	}
	found.at(0, "", "the file holds %d documents: keep one, without ---", len(file.Docs))
	return nil
}

// refuse finds what a configuration has no use for and what would keep the YAML reader busy without end: references,
// which can multiply, and deep nesting.
func refuse(tokens token.Tokens, found *findings) {
	brackets, openers, keys := 0, 0, 0 // open brackets; signs in a row that each begin something
	for _, t := range tokens {
		line := t.Position.Line
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			found.at(line, "", "references (&name, *name, <<) are not taken: write the value out, in quotes if it begins with & or *")
			return
		case token.TagType, token.DirectiveType:
			found.at(line, "", "YAML's tags and directives (!name, %%NAME) are not taken: write the value alone, in quotes if it begins so")
			return
		case token.MappingStartType, token.SequenceStartType:
			brackets++
			openers++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
			openers = 0
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			openers++
		default:
			openers = 0
		}
		if t.Type == token.MappingValueType {
			keys++
		}
		if brackets > deepestNesting || openers > deepestNesting || keys > mostKeys {
			found.at(line, "", "the file is nested more than %d deep or has more than %d keys, which no configuration has", deepestNesting, mostKeys)
			return
		}
	}
}
