package usage

import (
	"bytes"
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
)

const headSize = 16 << 10 // bytes of a file that decide its format

// format is what a file holds: a report, or Slack's lines.
type format struct {
	what   string
	report *report
}

// Recognise claims a tree of which every file looked at is a usage report.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	files := slices.DeleteFunc(slices.Clone(t.Files()), collectors.IsNote)
	what := ""
	for file := range collectors.Spread(files) {
		head, err := t.Head(file.Path, headSize)
		if err != nil {
			return collectors.Claim{}, nil // damaged: nobody's, by its content
		}
		if len(bytes.TrimSpace(head)) == 0 {
			continue
		}
		f := formatOf(head)
		if f == nil {
			return collectors.Claim{}, nil
		}
		what = f.what
	}
	if what == "" {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, What: what}, nil
}

// formatOf tells a file's format by its beginning; nil is none.
func formatOf(head []byte) *format {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	if len(text) > 0 && text[0] == '{' {
		first, _, _ := bytes.Cut(text, []byte{'\n'})
		for _, key := range []string{`"user_id"`, `"date"`, `"messages_posted_count"`, `"is_active"`} {
			if !bytes.Contains(first, []byte(key)) {
				return nil
			}
		}
		return &format{what: "Slack member analytics"}
	}
	header := csvscan.Header(head)
	for _, p := range reports {
		if p.fits(header) {
			return &format{what: p.what, report: p}
		}
	}
	return nil
}

func (p *report) fits(header []string) bool {
	return !slices.ContainsFunc(p.marks, func(mark string) bool {
		return !slices.ContainsFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), mark) })
	})
}
