package maillog

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/mail"
	"crosstalk/collectors/record"
)

// The figures were counted straight from the files by a script that shares nothing with
// this package.
func TestReferenceLogs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file                                                       string
		messages, recipients, senders, send, sendRows, sendSenders int
		first, last                                                string
	}{
		{"synthetic/message-trace.csv", 9, 11, 4, 6, 8, 4, "2015-09-02T02:17:15.815Z", "2015-09-02T16:30:28.809Z"},
		{"synthetic/MSGTRK2015090100-1.LOG", 9, 11, 4, 6, 8, 4, "2015-09-02T02:17:15.815Z", "2015-09-02T16:30:28.809Z"},
		{"message-trace.ndjson", 1, 1, 1, 0, 0, 0, "2022-09-05T18:10:13.49Z", "2022-09-05T18:10:13.49Z"},
		// The first two hold the same mails.
		{"", 10, 12, 5, 6, 8, 4, "2015-09-02T02:17:15.815Z", "2022-09-05T18:10:13.49Z"},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "microsoft-send", c.file), collectors.Options{})
			send, sendRows, sendSenders := 0, 0, map[record.AccountKey]bool{}
			first, last := r.Messages[0].SentAt, r.Messages[0].SentAt
			for _, m := range r.Messages {
				if m.SentAt.Before(first) {
					first = m.SentAt
				}
				if m.SentAt.After(last) {
					last = m.SentAt
				}
				if m.Tool == mail.SendTool {
					send++
					sendRows += len(m.Recipients)
					sendSenders[m.Sender] = true
				}
			}
			const layout = "2006-01-02T15:04:05.999Z"
			got := [...]any{r.Kinds[record.KindMessage], r.Recipients, len(r.Senders), send, sendRows, len(sendSenders), first.Format(layout), last.Format(layout), len(r.Rejects)}
			if want := [...]any{c.messages, c.recipients, c.senders, c.send, c.sendRows, c.sendSenders, c.first, c.last, 0}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// Of the reference data it claims what is its own and nothing else.
func TestClaims(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"fixtures", "corpora"} {
		root := collectortest.Shared(t, part)
		err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
			if err != nil || p == root {
				return err
			}
			tree, err := collectors.OpenTree(p, collectors.Limits{})
			if err != nil {
				return nil // nothing that can be opened
			}
			defer tree.Close()
			claim, err := New().Recognise(tree)
			if own := strings.Contains(p, "microsoft-send"); err != nil || own != (claim.Certainty == collectors.Certain) {
				t.Errorf("%s: %v, %v", p, claim, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A mail counts once, because mailbox and log give it the same CopyID, and belongs to the
// same tool and circle in both when it is of Microsoft Send.
func TestMailboxAndLogAgree(t *testing.T) {
	t.Parallel()
	const row = "Received,SenderAddress,RecipientAddress,Subject,Status,MessageId,MessageTraceId\n2024-03-04T08:00:01,Ana@corp.example,bo@corp.example,%s,Delivered,<a B@corp.example>,t1\n"
	const header = "From: Ana <ana@corp.example>\nTo: Bo <bo@corp.example>\nDate: Mon, 4 Mar 2024 08:00:00 +0000\nMessage-ID: <a\n B@corp.example>\nSubject: %s\n\n"
	for _, subject := range []string{"RE: #Send", "figures"} {
		box := collectortest.NewRecorder()
		r := mail.NewReader(collectors.Options{Workspace: "box"}, "", box)
		r.Scan(fmt.Appendf(nil, header, subject))
		if _, err := r.Take(mail.Origin{}); err != nil {
			t.Fatal(err)
		}
		if err := r.Emit(mail.Body{}); err != nil {
			t.Fatal(err)
		}
		log := collectortest.Collect(t, New(), write(t, "trace.csv", fmt.Appendf(nil, row, subject)), collectors.Options{})
		a, b := box.Messages[0], log.Messages[0]
		if a.CopyID != b.CopyID || a.Tool != b.Tool || a.Sender != b.Sender {
			t.Errorf("%s: mailbox %+v, log %+v", subject, a, b)
		}
		if a.Tool == mail.SendTool && (a.Conversation.Key != b.Conversation.Key || a.Conversation.Kind != b.Conversation.Kind) {
			t.Errorf("%s: conversations %+v and %+v", subject, a.Conversation, b.Conversation)
		}
	}
}
