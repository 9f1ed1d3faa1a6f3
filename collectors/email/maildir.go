package email

import (
	"path"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/mail"
)

// maildirs are the folders of a tree that hold a mailbox as one file per message: in
// the layout of Maildir++ or as nested folders, it makes no difference here.
type maildirs map[string]bool

func newMaildirs(t *collectors.Tree) maildirs {
	m := maildirs{}
	for _, f := range t.Files() {
		dir := path.Dir(f.Path)
		if base := path.Base(dir); base == "cur" || base == "new" {
			m[path.Dir(dir)] = true
		}
	}
	return m
}

// unfinished reports a message that is still being delivered.
func (m maildirs) unfinished(p string) bool {
	dir := path.Dir(p)
	return path.Base(dir) == "tmp" && m[path.Dir(dir)]
}

// unwanted gives the reason to leave a message out by the flags in its name.
func (m maildirs) unwanted(p string) string {
	dir, name := path.Split(p)
	if path.Base(dir) != "cur" || !m[path.Dir(path.Clean(dir))] {
		return ""
	}
	i := strings.LastIndexAny(name, ":;!")
	if i < 0 || !strings.HasPrefix(name[i+1:], "2,") {
		return ""
	}
	switch flags := name[i+3:]; {
	case strings.Contains(flags, "T"):
		return mail.SkippedTrash
	case strings.Contains(flags, "D"):
		return mail.SkippedDraft
	}
	return ""
}
