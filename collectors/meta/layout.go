package meta

import (
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray   role = iota // no file of an export
	roleThread              // part of a thread
	roleHTML                // part of a thread in the form that cannot be read
	roleProfile             // whose export it is
	roleUnread              // belongs to an export, but tells nothing about messages
)

var (
	threadFile = regexp.MustCompile(`^message(_\d+)?\.json$`)
	htmlFile   = regexp.MustCompile(`^message(_\d+)?\.html$`)
	activity   = regexp.MustCompile(`^your_\w*(facebook|instagram)\w*$`)
)

// sections are the folders that threads are sorted into.
var sections = map[string]bool{"inbox": true, "archived_threads": true, "filtered_threads": true, "message_requests": true, "e2ee_cutover": true, "ai_conversations": true}

// belongings are the folders beside the messages in an export of everything, of either
// tool and any year.
var belongings = setOf(`about_you account_information activity_messages ads_and_businesses ads_and_topics ads_information
	apps_and_websites apps_and_websites_off_of_facebook apps_and_websites_off_of_instagram archive avatars_store bug_bounty
	calls_and_messages campus comments comments_and_reactions connections contacts content device_information digital_wallets
	events facebook_accounts_center facebook_assistant facebook_gaming facebook_marketplace facebook_payments facebook_portal
	feed files followers_and_following following_and_followers friends friends_and_followers fundraisers groups guides
	information_about_you information_used_for_advertising interactions journalist_registration likes likes_and_reactions
	live_videos location logged_information login_and_account_creation loyalty_information marketplace media messages
	monetization music_recommendations news notifications other_activity other_logged_information other_personal_information
	pages pages_and_profiles past_instagram_insights payment_history payments personal_information photos_and_videos
	play_experiences polls posts preferences preferences_and_settings privacy_checkup profile_information rank reels reports
	reviews saved saved_items_and_collections search search_history security_and_login_information settings shops shop_your_reviews
	short_videos spark_ar stories story_sticker_interactions story_interactions subscriptions threads trade_ins videos voice_recording_and_transcription
	volunteering voting_location_and_reminders your_activity_off_facebook your_address_books your_interactions_on_facebook
	your_local_lookup your_places your_problem_reports your_topics photos audio gifs stickers_used inbox archived_threads
	filtered_threads message_requests e2ee_cutover ai_conversations`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// layout says where in a tree the export is.
type layout struct {
	root   string // folder with a slash at its end, or empty
	name   string // of the tree
	single bool   // whether the tree is one file, whatever its name
}

// layoutOf finds the export by its first thread, else by its first folder that only
// exports of the two tools have.
func layoutOf(t *collectors.Tree) layout {
	l := layout{name: t.Name(), single: t.Single()}
	found := false
	for _, f := range t.Files() {
		if isThread(path.Base(f.Path)) || isHTML(path.Base(f.Path)) {
			l.root = rootOf(f.Path)
			return l
		}
		if found {
			continue
		}
		first, rest, _ := strings.Cut(f.Path, "/")
		second, _, deep := strings.Cut(rest, "/")
		switch {
		case rest != "" && isActivity(first):
			found = true
		case deep && isActivity(second):
			l.root, found = first+"/", true
		}
	}
	return l
}

// The three ask for the beginning first, as trees of other tools have a million files.

func isThread(base string) bool {
	return strings.HasPrefix(base, "message") && threadFile.MatchString(base)
}

func isHTML(base string) bool {
	return strings.HasPrefix(base, "message") && htmlFile.MatchString(base)
}

func isActivity(folder string) bool {
	return strings.HasPrefix(folder, "your_") && activity.MatchString(folder)
}

// rootOf is where the export begins that a thread's file is of.
func rootOf(file string) string {
	folders := strings.Split(file, "/")
	n := max(len(folders)-2, 0)
	for _, is := range []func(string) bool{
		func(f string) bool { return sections[f] },
		func(f string) bool { return f == "messages" },
		isActivity,
	} {
		if n > 0 && is(folders[n-1]) {
			n--
		}
	}
	if n == 0 {
		return ""
	}
	return strings.Join(folders[:n], "/") + "/"
}

func (l layout) role(file string) role {
	rel, inside := strings.CutPrefix(file, l.root)
	if !inside {
		return roleStray
	}
	first, rest, deep := strings.Cut(rel, "/")
	base := path.Base(rel)
	switch {
	case strings.Contains(rel, "ai_conversations/"):
		return roleUnread
	case strings.HasSuffix(rel, "profile_information/profile_information.json"), strings.HasSuffix(rel, "personal_information/personal_information.json"):
		return roleProfile
	case isThread(base) && strings.Count(rel, "/") <= 4, l.single && path.Ext(base) == ".json":
		return roleThread
	case isHTML(base):
		return roleHTML
	case !deep:
		if strings.HasPrefix(base, "start_here") || base == "index.html" || base == "no-data.txt" {
			return roleUnread
		}
		return roleStray
	case belongings[first], isActivity(first):
		return roleUnread
	}
	second, _, _ := strings.Cut(rest, "/")
	if ofThread(second) && rest != second {
		return roleUnread // media of a thread by itself
	}
	return roleStray
}

// ofThread reports whether a folder inside a thread's is for media.
func ofThread(folder string) bool {
	switch folder {
	case "photos", "videos", "audio", "files", "gifs", "media":
		return true
	}
	return false
}

// place says where a thread lies: its folder's name, and the section it is sorted into.
func (l layout) place(file string) (folder, section string) {
	dir := path.Dir(file)
	folder = path.Base(dir)
	if dir == "." || dir+"/" == l.root {
		folder = l.name
	}
	if s := path.Base(path.Dir(dir)); sections[s] {
		section = s
	}
	return folder, section
}
