package warehouse

import (
	"context"
	"fmt"
)

// checksums are queries whose one number sums up a table, whatever the order of its rows:
// runs are left out, and accounts and people are replaced by their map keys, so that two
// folders with the same keys and the same imports agree.
var checksums = map[string]string{
	"message": `SELECT cityHash64(tool, workspace, conversation_id, message_id, fingerprint, reply_key, sent_at, offset_minutes, time_precision, is_zone_assumed, kind, place,
		transform(sender_id, ids, keys, 0), sender_kind, arraySort(arrayMap(id -> transform(id, ids, keys, 0), recipient_ids)), recipient_source, audience, parent_key, relation,
		arraySort(arrayMap(id -> transform(id, ids, keys, 0), mention_ids)), attachments, size_bytes, quantity, edited_at, is_deleted, version) AS h FROM message FINAL`,
	"message_loser": `SELECT cityHash64(tool, day, message_id, version) AS h FROM message_loser FINAL
		WHERE (message_id, version) IN (SELECT message_id, version FROM message FINAL)`,
	"conversation":        `SELECT cityHash64(tool, workspace, conversation_id, parent_id, kind, coverage, version) AS h FROM conversation FINAL`,
	"conversation_member": `SELECT cityHash64(tool, conversation_id, transform(account_id, ids, keys, 0), from_at, to_at) AS h FROM conversation_member FINAL`,
	"account":             `SELECT cityHash64(map_key, tool, workspace, key_kind, kind, is_deleted, sealed, version) AS h FROM account FINAL`,
	"activity":            `SELECT cityHash64(tool, workspace, activity_id, transform(account_id, ids, keys, 0), transform(counterpart_id, ids, keys, 0), conversation_id, from_at, to_at, what, activities) AS h FROM activity FINAL`,
	"signal_day":          `SELECT cityHash64(tool, workspace, transform(account_id, ids, keys, 0), day, source, certainty, hits, arraySort(minutes)) AS h FROM signal_day FINAL`,
	"account_day": `SELECT cityHash64(tool, day, transform(account_id, ids, keys, 0), hours, messages, messages_direct, messages_room, messages_mail, replies, automatic, turns,
		reactions, calls, attachments, size_bytes, received, received_wide, use_codes, use_amounts) AS h FROM account_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)}`,
	"tie_day": `SELECT cityHash64(tool, day, least(a, b), greatest(a, b), if(a < b, a_to_b, b_to_a), if(a < b, b_to_a, a_to_b), replies, mentions) AS h FROM
		(SELECT *, transform(a_id, ids, keys, 0) AS a, transform(b_id, ids, keys, 0) AS b FROM tie_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)})`,
	"minute_day": `SELECT cityHash64(tool, day, transform(account_id, ids, keys, 0), minutes) AS h FROM minute_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)}`,
	"opening_day": `SELECT cityHash64(tool, day, transform(account_id, ids, keys, 0), rule, openings, answered, censored, gap_bins, working_gap_bins, followed_bins, working_followed_bins) AS h
		FROM opening_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)}`,
	"reach_day": `SELECT cityHash64(tool, day, transform(account_id, ids, keys, 0), rule, addressed, answered, censored, gap_bins, working_gap_bins, followed_bins, working_followed_bins) AS h
		FROM reach_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)}`,
	"session_day": `SELECT cityHash64(tool, day, transform(account_id, ids, keys, 0), place, sessions, answered, messages, turns, participants, duration_seconds) AS h
		FROM session_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)}`,
	"gap_day": `SELECT cityHash64(tool, day, transform(account_id, ids, keys, 0), place, gaps, gap_bins, gap_seconds, squared_seconds, replies_named, replies_inferred) AS h
		FROM gap_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)}`,
	"account_person": `SELECT cityHash64(transform(account_id, ids, keys, 0), transform(person_id, people, person_keys, transform(person_id, ids, keys, 0)), is_person, is_internal, is_matched) AS h
		FROM account_person WHERE slice_id = {people:UInt64}`,
}

// Checksum sums up what the warehouse holds, table by table. Two warehouses begun with the
// same key files that were told the same things, in whatever order and however often,
// have equal checksums.
func (w *Warehouse) Checksum(ctx context.Context) (map[string]uint64, error) {
	current, err := w.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	const with = `WITH (SELECT groupArray(account_id) FROM (SELECT account_id FROM account GROUP BY account_id ORDER BY account_id)) AS ids,
		(SELECT groupArray(key) FROM (SELECT any(map_key) AS key FROM account GROUP BY account_id ORDER BY account_id)) AS keys,
		(SELECT groupArray(person_id) FROM (SELECT person_id FROM person GROUP BY person_id ORDER BY person_id)) AS people,
		(SELECT groupArray(key) FROM (SELECT any(map_key) AS key FROM person GROUP BY person_id ORDER BY person_id)) AS person_keys
		SELECT toUInt64(sum(toUInt128(h)) % 18446744073709551557) AS checksum FROM (`
	out := map[string]uint64{}
	for table, query := range checksums {
		var rows []struct {
			Checksum uint64 `ch:"checksum"`
		}
		if err := current.Select(ctx, &rows, with+query+")", nil); err != nil {
			return nil, fmt.Errorf("checksum of %s: %w", table, err)
		}
		out[table] = rows[0].Checksum
	}
	return out, nil
}

// Rebuild makes every slice of the roll-ups anew from the messages and resolves all
// accounts, as one publication.
func (w *Warehouse) Rebuild(ctx context.Context) error {
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return err
	}
	defer unlock()
	return w.rebuild(ctx)
}

func (w *Warehouse) rebuild(ctx context.Context) error {
	var all []month
	// Also months that a slice was made for when days were others.
	query := `SELECT DISTINCT tool, month FROM
		(SELECT tool, toYYYYMM(toTimeZone(sent_at, {zone:String})) AS month FROM message UNION ALL SELECT subject, month FROM publication WHERE subject != '') ORDER BY tool, month`
	if err := w.conn.Select(ctx, &all, query, named("zone", w.Zone())); err != nil {
		return fmt.Errorf("list slices: %w", err)
	}
	return w.publish(ctx, all, true)
}
