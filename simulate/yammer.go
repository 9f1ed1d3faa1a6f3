package simulate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// yammer writes a network's data export, three tables. It does not say who is in a group.
type yammer struct {
	*export
	file *page
	out  *csv.Writer
}

func newYammer(x *export) (scribe, error) {
	w := &yammer{export: x}
	err := errors.Join(w.listUsers(), w.listGroups())
	if err != nil {
		return nil, err
	}
	if w.file, err = newPage(filepath.Join(x.dir, "Messages.csv")); err != nil {
		return nil, err
	}
	w.out = csv.NewWriter(w.file)
	return w, w.out.Write(strings.Split("id,replied_to_id,parent_id,thread_id,conversation_id,group_id,group_name,participants,in_private_group,"+
		"in_private_conversation,sender_id,sender_type,sender_name,sender_email,body,api_url,attachments,deleted_by_id,deleted_by_type,created_at,deleted_at,title,"+
		"html_body,message_type,gdpr_delete_url,is_draft", ","))
}

func (w *yammer) user(i int32) string { return strconv.Itoa(1500000 + int(i)) }

func (w *yammer) listUsers() error {
	rows := [][]string{strings.Split("id,name,email,job_title,location,department,api_url,deleted_by_id,deleted_by_type,joined_at,deleted_at,suspended_by_id,suspended_by_type,suspended_at,guid,state", ",")}
	for i := range w.people {
		if c := w.cards[i]; w.hasUser(int32(i)) {
			p := &w.people[i]
			rows = append(rows, []string{w.user(int32(i)), p.family + ", " + p.given, c.email, "", "", "", "", "", "", p.joined + "T08:00:00.000Z", "", "", "", "", "", "active"})
		}
	}
	return writeCSV(filepath.Join(w.dir, "Users.csv"), rows)
}

func (w *yammer) group(conv int32) string { return strconv.Itoa(400000 + int(conv)) }

func (w *yammer) listGroups() error {
	rows := [][]string{strings.Split("id,name,description,private,moderated,api_url,created_by_id,created_by_type,created_at,updated_at,deleted,external", ",")}
	for k := range w.places {
		if p := &w.places[k]; p.kind != direct && p.kind != group {
			rows = append(rows, []string{w.group(int32(k)), p.name, sentence(uint64(k)), strconv.FormatBool(p.kind == private), "false", "", w.user(p.members[0]), "User",
				yammerTime(p.created), yammerTime(p.created), "false", "false"})
		}
	}
	return writeCSV(filepath.Join(w.dir, "Groups.csv"), rows)
}

func yammerTime(at int64) string { return time.UnixMilli(at).UTC().Format("2006-01-02T15:04:05.000Z") }

func writeCSV(path string, rows [][]string) error {
	p, err := newPage(path)
	if err != nil {
		return err
	}
	return errors.Join(csv.NewWriter(p).WriteAll(rows), p.close())
}

func (w *yammer) write(m *message) error {
	p, c := &w.places[m.conv], w.cards[m.from]
	id := strconv.FormatUint(m.seq, 10)
	thread, replied := id, ""
	if m.parent != nil {
		thread = strconv.FormatUint(m.parent.seq, 10)
		replied = thread
	}
	conversation, in, name, participants := "", w.group(m.conv), p.name, ""
	alone := p.kind == direct || p.kind == group
	if alone {
		var list []string
		for _, i := range p.members {
			list = append(list, "user:"+w.user(i))
		}
		conversation, in, name, participants = fmt.Sprint(700000+m.conv), "", "", strings.Join(list, ",")
	}
	return w.out.Write([]string{id, replied, replied, thread, conversation, in, name, participants, strconv.FormatBool(p.kind == private), strconv.FormatBool(alone),
		w.user(m.from), "User", c.name, c.email, sentence(m.salt), "", "", "", "", yammerTime(m.at), "", "", "", "update", "", "false"})
}

func (w *yammer) close() error {
	w.out.Flush()
	return errors.Join(w.out.Error(), w.file.close())
}

func (w *yammer) keys(i int32) []accountKey { return []accountKey{{"tool_id", w.user(i)}} }
