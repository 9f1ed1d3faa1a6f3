package meta

import (
	"os"
	"path/filepath"
	"testing"

	"crosstalk/collectors"
)

const ofTwo = `{"participants":[{"name":"Ana"},{"name":"Ben"}],"messages":[{"sender_name":"Ana","timestamp_ms":1714557660000,"content":"x"`

func TestHousesAreToldApart(t *testing.T) {
	t.Parallel()
	const no, plausible, likely, certain = collectors.No, collectors.Plausible, collectors.Likely, collectors.Certain
	for name, c := range map[string]struct {
		files               map[string]string
		facebook, instagram collectors.Certainty
	}{
		"activity folders":       {map[string]string{"your_facebook_activity/messages/inbox/a_12345678/message_1.json": ofTwo}, certain, no},
		"the other's":            {map[string]string{"your_instagram_activity/messages/inbox/a_12345678/message_1.json": ofTwo}, no, certain},
		"archived threads":       {map[string]string{"messages/archived_threads/a_12345678/message_1.json": ofTwo}, certain, no},
		"a mark in a thread":     {map[string]string{"inbox/a_12345678/message_1.json": ofTwo + `,"sender_id_INTERNAL":0}]}`}, likely, no},
		"a mark of the other":    {map[string]string{"inbox/a_12345678/message_1.json": ofTwo + `,"share":{"original_content_owner":"x"}}]}`}, no, likely},
		"nothing to tell by":     {map[string]string{"messages/inbox/a_12345678/message_1.json": ofTwo + `}]}`}, plausible, plausible},
		"no participants":        {map[string]string{"message_1.json": `{"messages":[{"sender_name":"Ana","timestamp_ms":1714557660000}]}`}, no, plausible},
		"a part with media only": {map[string]string{"your_facebook_activity/messages/inbox/a_12345678/photos/1.jpg": "jpg"}, certain, no},
		"pages instead of JSON":  {map[string]string{"your_facebook_activity/messages/inbox/a_12345678/message_1.html": "<html>"}, certain, no},
		"messages of another":    {map[string]string{"facebook/message_1.json": `{"messages":[{"creator":{"name":"Ana"}}]}`}, no, no},
		"other things beside":    {map[string]string{"inbox/a_12345678/message_1.json": ofTwo, "slack/users.json": "[]", "b.csv": ""}, no, no},
		"nothing":                {map[string]string{"a.txt": ""}, no, no},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "export")
			for file, content := range c.files {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			tree, err := collectors.OpenTree(dir, collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			for house, want := range map[*House]collectors.Certainty{Facebook: c.facebook, Instagram: c.instagram} {
				claim, err := Recognise(house, tree)
				if err != nil || claim.Certainty != want {
					t.Errorf("%s: certainty %d, %v; want %d", house.Tool, claim.Certainty, err, want)
				}
			}
		})
	}
}

func TestWorkspaceName(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string]string{
		"facebook-anaruiz-2024-05-01-Ab3dEf9h":    "anaruiz",
		"facebook-anaruiz-2024-05-01-Ab3dEf9h-2":  "anaruiz",
		"instagram-ana.ruiz-2024-05-01-Ab3dEf9h":  "ana.ruiz",
		"instagram-ana-maria-2024-05-01-Ab3dEf9h": "ana-maria",
		"facebook-anaruiz":                        "",
		"exports":                                 "",
	} {
		if got := WorkspaceName(stem); got != want {
			t.Errorf("%s: %q; want %q", stem, got, want)
		}
	}
}
