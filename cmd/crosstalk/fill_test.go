package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/simulate/fill"
	"crosstalk/warehouse"
)

func TestAFilledWarehouseHoldsTheTruth(t *testing.T) {
	t.Parallel()
	data := folder(t)
	company := []string{"--data", data, "simulate", "--fill", "--seed", "3", "--people", "300", "--tools", "5", "--weeks", "6", "--messages", "20000", "--end", "2026-07-07"}
	if code, _, stderr := crosstalk(t, company...); code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	truth := filledTruth(t, filepath.Join(data, "truth.json"))
	if diff := cmp.Diff(weeksOf(truth), storedWeeks(t, data)); diff != "" {
		t.Errorf("weeks of the tools (-truth +stored):\n%s", diff)
	}
	if code, _, stderr := crosstalk(t, append(company, "--day", "1")...); code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	both := weeksOf(truth)
	more := filledTruth(t, filepath.Join(data, "truth-2026-07-07.json"))
	if more.Messages < 300 {
		t.Errorf("%d messages on the day after", more.Messages)
	}
	stored := storedWeeks(t, data)
	for where, w := range weeksOf(more) {
		sum := both[where]
		sum.Messages += w.Messages
		sum.Direct += w.Direct
		sum.Room += w.Room
		sum.Mail += w.Mail
		sum.Replies += w.Replies
		sum.Attachments += w.Attachments
		sum.Bytes += w.Bytes
		sum.SenderDays += w.SenderDays
		sum.Senders = stored[where].Senders // of both days together is in neither truth
		both[where] = sum
	}
	if diff := cmp.Diff(both, stored); diff != "" {
		t.Errorf("with a day more (-truth +stored):\n%s", diff)
	}
	rows := exported(t, data, filepath.Join(data, configurationFile), "tool_activity")
	if len(rows) == 0 {
		t.Error("a metric has nothing to say of the filled warehouse")
	}
}

func filledTruth(t *testing.T, path string) fill.Truth {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var truth fill.Truth
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	return truth
}

func weeksOf(truth fill.Truth) map[string]fill.ToolWeek {
	out := map[string]fill.ToolWeek{}
	for _, tool := range truth.Tools {
		for _, w := range tool.Weeks {
			w.Mentions = 0 // ties hold them, not days
			if w.Messages > 0 {
				out[tool.Tool+" "+w.Week] = w
			}
		}
	}
	return out
}

// storedWeeks sums what the roll-ups say of each tool and week.
func storedWeeks(t *testing.T, data string) map[string]fill.ToolWeek {
	t.Helper()
	ctx := context.Background()
	w, err := warehouse.Open(ctx, warehouse.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s, err := w.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Tool        string `ch:"tool"`
		Week        string `ch:"week"`
		Messages    uint64 `ch:"messages_all"`
		Direct      uint64 `ch:"direct"`
		Room        uint64 `ch:"room"`
		Mail        uint64 `ch:"mail"`
		Replies     uint64 `ch:"replies_all"`
		Attachments uint64 `ch:"attachments_all"`
		Bytes       uint64 `ch:"bytes"`
		Senders     uint64 `ch:"senders"`
		SenderDays  uint64 `ch:"sender_days"`
	}
	err = s.Select(ctx, &rows, `SELECT tool, formatDateTime(day, '%G-W%V') AS week, sum(messages) AS messages_all, sum(messages_direct) AS direct, sum(messages_room) AS room,
		sum(messages_mail) AS mail, sum(replies) AS replies_all, sum(attachments) AS attachments_all, sum(size_bytes) AS bytes,
		uniqExact(account_id) AS senders, count() AS sender_days
		FROM account_day WHERE slice_id IN {live:Array(UInt64)} AND messages > 0 GROUP BY tool, week ORDER BY tool, week`, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]fill.ToolWeek{}
	for _, r := range rows {
		out[r.Tool+" "+r.Week] = fill.ToolWeek{Week: r.Week, Messages: int(r.Messages), Direct: int(r.Direct), Room: int(r.Room), Mail: int(r.Mail), Replies: int(r.Replies),
			Attachments: int(r.Attachments), Bytes: int(r.Bytes), Senders: int(r.Senders), SenderDays: int(r.SenderDays)}
	}
	return out
}

func TestSizesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint64{"": 0, "4GiB": 4 << 30, "512MiB": 512 << 20, "2097152": 2 << 20} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "4 GiB", "-1GiB", "4", "99999999999GiB", "x"} {
		if _, err := parseSize(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
