package carrier_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
	"github.com/wanfix/wanfix/workflows/carrier"
)

// media is what somebody else's reader, written in another language, found in the
// pictures and videos of the corpus.
type media struct {
	File     string
	Magic    string `json:"container_by_magic"`
	Embedded []struct {
		Key       string
		Chars     int
		Workflows [][2]string // form, and where in the text
	}
	Classes []string `json:"classes_of_interest"`
}

func TestCorpus(t *testing.T) {
	dir := os.Getenv("WANFIX_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no corpus in %s; set WANFIX_CORPUS to the folder with its index.json", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Media []media }
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"png": "a PNG picture", "webp": "a WebP picture", "mp4": "an MP4 or MOV video", "ebml(webm/mkv)": "a WebM or MKV video"}
	for _, m := range index.Media {
		t.Run(m.File, func(t *testing.T) { compare(t, filepath.Join(dir, m.File), kinds[m.Magic], m) })
	}
	t.Logf("%d files", len(index.Media))
}

func compare(t *testing.T, path, kind string, m media) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	want := map[carrier.Key]int{} // how long it is; -1 in a comment, whose length alone is known
	form := map[carrier.Key]workflows.Form{carrier.Workflow: workflows.UI, carrier.Prompt: workflows.API}
	for _, e := range m.Embedded {
		if key := carrier.Key(strings.ToLower(e.Key)); form[key].String() != "" && len(e.Workflows) == 1 {
			want[key] = e.Chars
			continue
		}
		for _, inside := range e.Workflows {
			want[map[string]carrier.Key{"ui-0.4": carrier.Workflow, "api": carrier.Prompt}[inside[0]]] = -1
		}
	}
	classes := map[string]bool{}
	for key := range form {
		got, err := carrier.Read(f, info.Size(), key)
		if _, there := want[key]; there != (err == nil) {
			t.Errorf("%s: %v, the index says %v", key, err, want)
		}
		if err != nil {
			continue
		}
		if n := utf8.RuneCount(got.JSON); want[key] >= 0 && n != want[key] {
			t.Errorf("the %s has %d characters, the index says %d", key, n, want[key])
		}
		if got.Kind != kind {
			t.Errorf("it is %s, the index says %s", got.Kind, m.Magic)
		}
		file, err := workflows.Parse(got.JSON, rules.BuiltinNodes())
		if err != nil {
			t.Fatalf("the %s: %v", key, err)
		}
		if file.Parts[0].Form != form[key] {
			t.Errorf("the %s is of the form %s", key, file.Parts[0].Form)
		}
		for _, run := range file.Parts[0].Runs {
			classes[run.Home.Class] = true
		}
	}
	if missing := slices.DeleteFunc(m.Classes, func(class string) bool { return classes[class] }); len(missing) > 0 {
		t.Errorf("no nodes %v", missing)
	}
}
