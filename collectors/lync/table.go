package lync

import (
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
)

const headBytes = 64 << 10 // of a file that are looked at

// The turns of reading: who there is, who heard what, what happened.
const (
	turnUsers = iota
	turnHearers
	turnRecords
	turns
)

// table is one that is known by the columns it has.
type table struct {
	what     string     // for the terminal; empty when the table alone claims nothing
	marks    [][]string // each a choice, of which one must be there
	turn     int        // of the readings of a tree, in which it is read
	columns  []string
	measured []string
	read     func(*run, *csvscan.Reader) (reason string, err error) // nil: tells nothing that is kept
}

// tables lists them from the most to the least telling. It is filled in once.
var tables = []*table{
	{what: "Skype for Business usage report", marks: [][]string{{"Peer-to-peer IM Count"}, {"User Principal Name"}, {"Report Refresh Date"}},
		columns: usageColumns(), turn: turnRecords, read: (*run).usage},
	{what: "Lync call detail records", marks: [][]string{{"SessionIdTime"}, {"SessionIdSeq"}, {"FromUri", "User1Id"}, {"FromMessageCount", "User1MessageCount"}},
		columns: sessionColumns, turn: turnRecords, read: (*run).session},
	{what: "Lync call detail records", marks: [][]string{{"SessionIdTime"}, {"MessageCount"}, {"UserUri", "UserId"}},
		columns: countColumns, turn: turnRecords, read: (*run).conferenceCount},
	{what: "Lync call detail records", marks: [][]string{{"SessionIdTime"}, {"UserJoinTime"}, {"UserUri", "UserId"}},
		columns: joinColumns, turn: turnRecords, read: (*run).join},
	{what: "Lync archive", marks: [][]string{{"SessionIdTime"}, {"MessageId"}, {"UserId", "UserUri"}},
		turn: turnHearers, columns: hearerColumns, read: (*run).hearer},
	{what: "Lync archive", marks: [][]string{{"SessionIdTime"}, {"MessageId"}, {"FromId", "FromUri"}},
		columns: spokenColumns, measured: []string{"Body"}, turn: turnRecords, read: (*run).spoken},
	{what: "Lync archive", marks: [][]string{{"MessageIdTime"}, {"FromId", "FromUri", "FromUser", "From"}, {"ToId", "ToUri", "ToUser", "To"}},
		columns: archiveColumns, measured: []string{"Body|Message"}, turn: turnRecords, read: (*run).archived},
	{what: "Lync archive", marks: [][]string{{"Time"}, {"FromUser"}, {"ToUser"}, {"ContentType"}},
		columns: archiveColumns, measured: []string{"Body"}, turn: turnRecords, read: (*run).archived},
	{what: "Lync persistent chat", marks: [][]string{{"channelId"}, {"chatId"}, {"chatDate"}, {"userId"}},
		columns: chatColumns, measured: []string{"content"}, turn: turnRecords, read: (*run).chat},
	{marks: [][]string{{"prinID"}, {"prinUri", "prinEmail"}}, turn: turnUsers, columns: []string{"prinID", "prinUri|prinEmail"}, read: (*run).poster},
	{marks: [][]string{{"UserId"}, {"UserUri"}}, turn: turnUsers, columns: []string{"UserId", "UserUri"}, read: (*run).listed},
	{marks: [][]string{{"SessionIdTime", "ConferenceUri", "McuConferenceUri", "nodeName", "ContentTypeId", "RegisterTime"}}},
}

// tableOf finds the table a file holds by its head; nil is none.
func tableOf(head []byte) *table {
	names := csvscan.Header(head)
	has := func(name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), name) })
	}
	for _, t := range tables {
		if !slices.ContainsFunc(t.marks, func(choice []string) bool { return !slices.ContainsFunc(choice, has) }) {
			return t
		}
	}
	return nil
}

// Recognise claims a tree of which every file, of those looked at, is such a table.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByContents(t, headBytes, "Lync tables", func(_ string, head []byte) (string, bool) {
		of := tableOf(head)
		if of == nil {
			return "", false
		}
		return of.what, true
	})
}
